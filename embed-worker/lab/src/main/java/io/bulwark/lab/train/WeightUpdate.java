package io.bulwark.lab.train;

/** Gradients to new weights: clipping, AdamW at the rate of the schedule, the running average. One thread. */
public final class WeightUpdate {

    private final Recipe.Descent descent;
    private final LearningRate schedule;
    private final TrainedRange trained;
    private final AdamW adam;
    private TrainingState state;

    /** @param state whose arrays are modified */
    public WeightUpdate(Recipe.Descent descent, LearningRate schedule, TrainedRange trained, TrainingState state) {
        this.descent = descent;
        this.schedule = schedule;
        this.trained = trained;
        this.state = state;
        this.adam = new AdamW(state.mean(), state.square(), state.steps(), descent.weightDecay());
    }

    TrainingState state() {
        return state;
    }

    /** The rate of the next step. */
    double rate() {
        return schedule.at(state.steps());
    }

    /**
     * Shortens a gradient to what the recipe allows.
     *
     * @return its length before
     */
    public double clip(float[] gradient) {
        return trained.clip(gradient, descent.clip());
    }

    /** Remembers the best so far. */
    void keep(BestWeights best) {
        state = state.withBest(best);
    }

    /** Takes a step. */
    public void apply(float[] gradient) {
        adam.step(state.weights(), gradient, trained, rate());
        average();
        state = state.after(1);
    }

    private void average() {
        // A short memory at first: an average that starts at the parent would stay near it for long.
        double kept = Math.min(descent.average(), (1.0 + state.steps()) / (10.0 + state.steps()));
        float share = (float) (1 - kept);
        float[] average = state.average();
        for (int i = 0; i < average.length; i++) {
            average[i] += share * (state.weights()[i] - average[i]);
        }
    }
}
