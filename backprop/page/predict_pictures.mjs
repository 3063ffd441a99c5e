// What predictions need that are drawn into a picture; others do without it.

import { library } from "./dom.mjs";
import { startPicture } from "./predict/pictures.mjs";

library.predictInPicture = startPicture;
