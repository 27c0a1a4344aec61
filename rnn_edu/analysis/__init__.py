"""How the error flows: its size at every step, its age, the factors it met, and the landscape it walks on."""

from rnn_edu.analysis.chains import Factor, Influence, arrow_flow, chain
from rnn_edu.analysis.flow import Contributions, contributions, gradient_norms, immediate

__all__ = [
    "Contributions",
    "Factor",
    "Influence",
    "arrow_flow",
    "chain",
    "contributions",
    "gradient_norms",
    "immediate",
]
