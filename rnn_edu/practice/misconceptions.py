"""The catalogue of misconceptions: ideas that many learners bring, how each shows itself, and what speaks against it.

Exercises name them when an answer matches one, quizzes when a choice says one.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Misconception(NamedTuple):
    """One idea that does not hold: its name, how it shows itself, and an observation that speaks against it."""

    title: str
    looks_like: str
    see: str


_IDEAS = {
    # ---- slips in a formula or in code
    "axis-order": Misconception(
        "The weight's axes are swapped",
        "The weight was used the other way round: rows taken for sources and columns for targets.",
        "A matrix, say `W_hh`, has the shape (target, source). Row i holds everything that arrives at neuron i.",
    ),
    "present-for-past": Misconception(
        "The present is used where the past belongs",
        "The loop carries h(t), but what travels along a delayed connection is h(t − 1).",
        "Follow the dashed arrow: it begins one column to the left. At step 0 nothing is there, so it brings 0.",
    ),
    "not-accumulated": Misconception(
        "The gradient is not added up over time",
        "Only one step's share of the gradient was kept.",
        "One weight is used at every step, so its gradient is the sum of what each step contributes: `+=`, not `=`.",
    ),
    "slope-forgotten": Misconception(
        "The slope of the activation is forgotten",
        "The gradient passed through the neuron as if the activation were a straight line.",
        "Going back through tanh multiplies by 1 − a². Near ±1, moving the drive hardly moves the activity.",
    ),
    "bias-forgotten": Misconception(
        "The bias is forgotten",
        "The numbers are those of the same neuron with bias 0.",
        "The bias is added to the drive at every step, even when the input is silent.",
    ),
    "activation-forgotten": Misconception(
        "The activation is forgotten",
        "This is the drive, the sum before the activation function.",
        "The neuron passes on `tanh(drive)`, which never leaves the range from −1 to 1.",
    ),
    "input-forgotten": Misconception(
        "The input is forgotten",
        "Only the past has an effect here.",
        "Change the input at one step: the activity at that step must change.",
    ),
    "loop-forgotten": Misconception(
        "The loop is forgotten",
        "These are the numbers of a feed-forward network: the past has no effect.",
        "Give a pulse at step 0 and then silence: with a loop, something is left at step 1.",
    ),
    "non-zero-start": Misconception(
        "The network starts with something in memory",
        "Before step 0 the activity was taken to be something other than 0.",
        "Before step 0 nothing has happened: every activity is 0, so at step 0 the loop brings nothing.",
    ),
    "last-step-only": Misconception(
        "Only the last step counts",
        "The whole sequence was answered with its last step.",
        "The network has an activity at every step; count the columns in the unrolled picture.",
    ),
    "self-loop-left-in": Misconception(
        "A self-loop is left in",
        "A neuron feeds itself here, which is direct feedback.",
        "Lateral feedback joins the *other* neurons of a layer: the diagonal of its matrix is empty.",
    ),
    # ---- ideas about time and loops
    "feedback-is-instant": Misconception(
        "Feedback acts at once",
        "The loop was taken to act within the same step.",
        "A neuron cannot wait for itself: feedback arrives one step later, and so does a pulse.",
    ),
    "far-back-means-time": Misconception(
        "'How far back' means back in time",
        "Indirect feedback was taken to reach further into the past than direct feedback.",
        "'How far back' counts *layers*. Both arrive one step later; look at the dashed arrows when unrolled.",
    ),
    "weights-per-step": Misconception(
        "Each step has its own weights",
        "The unrolled picture was read as a deep network with new weights in each column.",
        "Change one weight and watch: every copy of its arrow changes. A longer sequence adds columns, but no weights.",
    ),
    "zero-start-no-memory": Misconception(
        "The memory starts at zero, so it is of no use",
        "The start was taken for the whole story.",
        "Only step 0 sees the zeros. From step 1 on the loop brings what the earlier inputs left behind.",
    ),
    "bigger-feed-forward": Misconception(
        "A recurrent network is a bigger feed-forward network",
        "The loop was taken for some more connections.",
        "A feed-forward network answers each input alike, whenever it comes. One looping neuron already does not.",
    ),
    "bag-keeps-order": Misconception(
        "A bag of words keeps the order",
        "Counting the words was taken to tell one order from another.",
        "Shuffle the sentence: the counts stay the same, and so must everything that is computed from them.",
    ),
    # ---- ideas about the kinds of feedback
    "only-drawings": Misconception(
        "Topologies are only drawings",
        "The wiring was taken for a matter of taste.",
        "Remove one arrow and run again: other numbers. A missing arrow is an exact zero in the weight matrix.",
    ),
    "complete-is-best": Misconception(
        "Complete feedback is the best, since it contains the others",
        "More connections were taken to be better ones.",
        "The extra weights must be learned too. Compare each kind at the job it is for.",
    ),
    "lateral-is-direct": Misconception(
        "Lateral and direct feedback are the same",
        "Feedback within one layer was taken for one thing.",
        "Direct is the diagonal of the layer's matrix (a neuron to itself), lateral is everything beside the diagonal.",
    ),
    # ---- ideas about gradients
    "immediate-for-total": Misconception(
        "The direct effect is the whole effect",
        "Only the effect within the same step was counted.",
        "What a neuron does now also changes the next steps. The total is the direct part plus what comes back.",
    ),
    "whole-gradient-vanishes": Misconception(
        "The whole gradient vanishes",
        "Fading with distance was taken for fading altogether.",
        "Split the gradient by lag: near steps still contribute, only the far ones are lost.",
    ),
    "size-rule": Misconception(
        "|W| < 1 vanishes, |W| > 1 explodes",
        "The size of the weight alone was taken to decide.",
        "The slope of the activation takes part. With strong input the neurons saturate, and W = 1.5 fades as well.",
    ),
    "clipping-cures-vanishing": Misconception(
        "Clipping cures vanishing gradients",
        "Making long gradients shorter was taken to make short ones longer.",
        "Clip a gradient that is below the limit: nothing changes.",
    ),
    "clipping-is-a-small-rate": Misconception(
        "Clipping is just a smaller learning rate",
        "The rare cliff and the ordinary step were taken for the same.",
        "Ordinary steps pass a clip unchanged; a small rate makes every step short.",
    ),
    "clip-keeps-direction": Misconception(
        "Every clipping keeps the direction",
        "Cutting off each number was taken for shortening the whole.",
        "Draw (300, 0.5) and (1, 0.5) as arrows: clipping by value has turned it.",
    ),
    # ---- ideas about gated networks, attention, and results
    "gates-are-switches": Misconception(
        "Gates are open or closed",
        "A gate was taken for a switch.",
        "Read the gate's number: a sigmoid lies between 0 and 1, and is seldom at either end.",
    ),
    "lstm-cannot-forget": Misconception(
        "An LSTM cannot forget",
        "The cell's self-loop was taken to be always 1.",
        "Its weight is the forget gate. With the gate at 0.5 half is gone after one step.",
    ),
    "cell-is-output": Misconception(
        "The cell state is the output",
        "c was read where h belongs.",
        "Close the output gate: h is 0 and c is still there.",
    ),
    "architecture-is-fate": Misconception(
        "RNNs forget and LSTMs remember, always",
        "A tendency was taken for a law.",
        "Change the start or the length trained at: the order changes too.",
    ),
    "one-neuron-one-idea": Misconception(
        "One neuron holds one idea",
        "A neuron that goes along with a word was taken to store it.",
        "Switch that neuron off: what is lost, and what is not?",
    ),
    "low-loss-is-understanding": Misconception(
        "A low loss means understanding",
        "A good score was taken to say how it was reached.",
        "Test on longer sequences, or with words in another order.",
    ),
    "attention-knows-order": Misconception(
        "Attention knows the order by itself",
        "Order was taken to come with attention, as it does with recurrence.",
        "Take the position code away and shuffle the words: the same sums come out.",
    ),
    "it-runs-so-it-is-right": Misconception(
        "It runs, so it is right",
        "No error message was taken for no error.",
        "Compare with central differences: a swapped sign runs as smoothly as the right one.",
    ),
}

MISCONCEPTIONS: Mapping[str, Misconception] = MappingProxyType(_IDEAS)


def look_up(key: str) -> Misconception:
    """The misconception with this key; ValueError names the keys that exist.

    >>> look_up("bias-forgotten").title
    'The bias is forgotten'
    """
    if key not in MISCONCEPTIONS:
        raise ValueError(f"there is no misconception {key!r}; the catalogue has {', '.join(MISCONCEPTIONS)}")
    return MISCONCEPTIONS[key]
