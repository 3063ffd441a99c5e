"""The certificate: its contents and its page as PDF."""
