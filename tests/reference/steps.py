"""What one step does to the state, by small changes: the run is cut before the step, and its past is changed there."""

import numpy as np

from rnn_edu.analysis import state_units
from rnn_edu.analysis.reading import past_of


def step_by_differences(network, trajectory, x, t, step=1e-5):
    """d state(t) / d state(t-1) by central differences: (n_state, n_state)."""
    topology = network.topology
    units = state_units(topology)
    n_before = max(connection.delay for connection in topology.connections)
    past = {
        layer.name: np.concatenate([np.zeros((n_before, layer.size)), trajectory[layer.name]])[t : t + n_before]
        for layer in topology.layers
    }

    def after_step(change, number):
        changed = {name: values.copy() for name, values in past.items()}
        unit = units[number]
        changed[unit.layer][n_before - 1 - unit.ago, unit.index] += change
        one = past_of({name: values[:, None] for name, values in changed.items()}, network)
        now = network.run(x[t : t + 1], after=one)
        return np.array(
            [
                now[unit.layer][0, unit.index]
                if unit.ago == 0
                else changed[unit.layer][n_before - unit.ago, unit.index]
                for unit in units
            ]
        )

    columns = [(after_step(step, k) - after_step(-step, k)) / (2 * step) for k in range(len(units))]
    return np.stack(columns, axis=1)
