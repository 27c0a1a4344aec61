"""How the error flows: its size at every step, its age, the factors it met, and the landscape it walks on."""

from rnn_edu.analysis.addresses import WeightAddress
from rnn_edu.analysis.chains import Factor, Influence, arrow_flow, chain
from rnn_edu.analysis.descent import Path, descend
from rnn_edu.analysis.flow import Contributions, contributions, gradient_norms, immediate
from rnn_edu.analysis.jacobians import jacobian_products, lyapunov_exponents, step_jacobians
from rnn_edu.analysis.lags import fan, gradient_by_lag
from rnn_edu.analysis.spectra import (
    Bounds,
    bounds,
    eigenvalues,
    largest_singular_value,
    mean_slope,
    recurrent_matrix,
    spectral_radius,
)
from rnn_edu.analysis.stacks import Stack, run_stack
from rnn_edu.analysis.state import StateUnit, state_units
from rnn_edu.analysis.stretch import log_singular_values
from rnn_edu.analysis.surface import Surface, loss_surface

__all__ = [
    "Bounds",
    "Contributions",
    "Factor",
    "Influence",
    "Path",
    "Stack",
    "StateUnit",
    "Surface",
    "WeightAddress",
    "arrow_flow",
    "bounds",
    "chain",
    "contributions",
    "descend",
    "eigenvalues",
    "fan",
    "gradient_by_lag",
    "gradient_norms",
    "immediate",
    "jacobian_products",
    "largest_singular_value",
    "log_singular_values",
    "loss_surface",
    "lyapunov_exponents",
    "mean_slope",
    "recurrent_matrix",
    "run_stack",
    "spectral_radius",
    "state_units",
    "step_jacobians",
]
