"""Which sign stands for which command of LaTeX, and which are written above and below the line."""

from __future__ import annotations

from collections.abc import Mapping

#: Greek letters by their names. A Variable called ``eta`` is written as this letter in LaTeX.
GREEK: Mapping[str, str] = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "zeta": "ζ",
    "eta": "η",
    "theta": "θ",
    "iota": "ι",
    "kappa": "κ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "xi": "ξ",
    "pi": "π",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "phi": "φ",
    "chi": "χ",
    "psi": "ψ",
    "omega": "ω",
}

#: What is written for a command, or for a sign that looks better in text.
SIGNS: Mapping[str, str] = {
    **{f"\\{name}": letter for name, letter in GREEK.items()},
    **{f"\\{name.title()}": letter.upper() for name, letter in GREEK.items()},
    r"\varepsilon": "ε",
    r"\vartheta": "ϑ",
    r"\varphi": "ϕ",
    r"\ell": "ℓ",
    r"\hbar": "ℏ",
    **{f"\\{name}": name for name in ("ln", "log", "exp", "sin", "cos", "tan", "tanh", "sinh")},
    **{f"\\{name}": name for name in ("cosh", "max", "min", "arg", "sup", "inf", "lim", "det")},
    r"\dim": "dim",
    r"\Pr": "Pr",
    "-": "−",
    r"\pm": "±",
    r"\mp": "∓",
    r"\cdot": "·",
    r"\times": "×",
    r"\odot": "⊙",
    r"\circ": "∘",
    r"\ast": "*",
    r"\sum": "Σ",
    r"\prod": "Π",
    r"\int": "∫",
    r"\partial": "∂",
    r"\nabla": "∇",
    r"\infty": "∞",
    r"\top": "ᵀ",
    r"\prime": "′",
    r"\le": "≤",
    r"\leq": "≤",
    r"\ge": "≥",
    r"\geq": "≥",
    r"\lt": "<",
    r"\gt": ">",
    r"\ne": "≠",
    r"\neq": "≠",
    r"\ll": "≪",
    r"\gg": "≫",
    r"\approx": "≈",
    r"\sim": "~",
    r"\propto": "∝",
    r"\equiv": "≡",
    r"\in": "∈",
    r"\to": "→",
    r"\rightarrow": "→",
    r"\leftarrow": "←",
    r"\gets": "←",
    r"\mapsto": "↦",
    r"\Rightarrow": "⇒",
    r"\dots": "…",
    r"\ldots": "…",
    r"\cdots": "⋯",
    r"\vdots": "⋮",
    r"\ddots": "⋱",
    r"\mid": " |",
    r"\colon": ":",
    r"\forall": "∀",
    r"\exists": "∃",
    r"\emptyset": "∅",
    r"\lvert": "|",
    r"\rvert": "|",
    r"\lVert": "‖",
    r"\rVert": "‖",
    r"\|": "‖",
    r"\langle": "⟨",
    r"\rangle": "⟩",
    r"\lfloor": "⌊",
    r"\rfloor": "⌋",
    r"\lceil": "⌈",
    r"\rceil": "⌉",
    r"\{": "{",
    r"\}": "}",
    **{f"\\{sign}": sign for sign in "_%$#&"},
}

#: Names that mean something else in formulas: Euler's number, the identity, and the sign of a sum.
RESERVED = frozenset({"e", "I", "Σ", "Π", "inf", "nan"})

#: Below and above the line.
BELOW = str.maketrans("0123456789+−=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
ABOVE = str.maketrans("0123456789+−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")

BLACKBOARD = str.maketrans("RNZQEP", "ℝℕℤℚ𝔼ℙ")
#: The name of each sign over a letter, and the sign that joins the letter before it.
ACCENTED: Mapping[str, tuple[str, str]] = {
    r"\hat": ("hat", "\u0302"),
    r"\widehat": ("hat", "\u0302"),
    r"\bar": ("bar", "\u0304"),
    r"\overline": ("bar", "\u0304"),
    r"\tilde": ("tilde", "\u0303"),
    r"\vec": ("vec", "\u20d7"),
    r"\dot": ("dot", "\u0307"),
    r"\underline": ("underline", "\u0332"),
}

#: Characters with a meaning in LaTeX or Markdown, and those that are written instead of them.
LOOKALIKES = str.maketrans("\\{}$&#%|`~^*<>\n[]", "＼｛｝＄＆＃％｜ˋ～＾＊＜＞ ［］")
