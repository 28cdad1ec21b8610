"""Money in minor units, and how it is said."""

from __future__ import annotations

from functools import lru_cache

# ISO 4217's exceptions to two decimal places, among the currencies Shopify sells in.
_WITHOUT_PENCE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_IN_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = dict.fromkeys(_WITHOUT_PENCE.split(), 0) | dict.fromkeys(_IN_THOUSANDTHS.split(), 3)
_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}  # others by code: a bare $ or kr says too little


def exponent(currency: str) -> int:
    """Answer how many decimal places a currency has."""
    return _EXPONENTS.get(currency, 2)


# A house has some thousand prices, said again with every look at them: 2 of a decision's 28 µs.
@lru_cache(maxsize=8192)
def money(amount: int, currency: str) -> str:
    """Say an amount exactly, without empty pence: "£2,400", "€19.50", "JPY 12,000"."""
    places = _EXPONENTS.get(currency, 2)
    whole, rest = divmod(abs(amount), 10**places)
    said = f"{whole:,}.{rest:0{places}d}" if rest else f"{whole:,}"
    symbol = _SYMBOLS.get(currency) or (f"{currency} " if currency else "")
    return f"{'−' if amount < 0 else ''}{symbol}{said}"


@lru_cache(maxsize=8192)
def about(amount: int, currency: str) -> str:
    """Say an amount to two figures, as one would aloud: 114,900 pence is "£1,100"."""
    # Never finer than the whole unit: nobody says "about £12.30".
    step = max(10 ** (len(str(abs(amount))) - 2), 10 ** _EXPONENTS.get(currency, 2))
    if abs(amount) < step:
        return money(amount, currency)
    return money((amount + step // 2) // step * step, currency)
