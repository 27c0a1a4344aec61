"""How the error flows: its size at every step, its age, the factors it met, and the landscape it walks on."""

from rnn_edu.analysis.chains import Factor, Influence, arrow_flow, chain
from rnn_edu.analysis.flow import Contributions, contributions, gradient_norms, immediate
from rnn_edu.analysis.jacobians import jacobian_products, lyapunov_exponents, step_jacobians
from rnn_edu.analysis.lags import gradient_by_lag
from rnn_edu.analysis.spectra import (
    Bounds,
    bounds,
    eigenvalues,
    largest_singular_value,
    mean_slope,
    recurrent_matrix,
    spectral_radius,
)
from rnn_edu.analysis.state import StateUnit, state_units
from rnn_edu.analysis.stretch import log_singular_values

__all__ = [
    "Bounds",
    "Contributions",
    "Factor",
    "Influence",
    "StateUnit",
    "arrow_flow",
    "bounds",
    "chain",
    "contributions",
    "eigenvalues",
    "gradient_by_lag",
    "gradient_norms",
    "immediate",
    "jacobian_products",
    "largest_singular_value",
    "log_singular_values",
    "lyapunov_exponents",
    "mean_slope",
    "recurrent_matrix",
    "spectral_radius",
    "state_units",
    "step_jacobians",
]
