package io.bulwark.lab.train;

import io.bulwark.lab.train.AdamW.TrainedRange;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import io.bulwark.perception.safetensors.SafetensorsFile;
import java.util.List;

/**
 * A training whose batches and attack starts are given one by one instead of drawn: what parity with other code takes. The
 * rate is scheduled as the FARE code does it. One thread, always the same.
 */
public final class GivenBatches implements AutoCloseable {

    private final Replica replica;
    private final TrainingGoal.Adversary adversary;
    private final AdamW.WeightUpdate update;

    /**
     * Starts at the parent's weights.
     *
     * @param schedule of the rate; the recipe's own is not asked
     */
    public GivenBatches(ModelPackage parent, EncoderOptions options, Recipe recipe, Recipe.LearningRate schedule) {
        this.replica = new Replica(parent, options, recipe, recipe::fare);
        this.adversary = recipe.adversary();
        Checkpoint.TrainingState state = Checkpoint.TrainingState.of(replica.weights());
        this.update = new AdamW.WeightUpdate(
                recipe.descent(),
                schedule,
                TrainedRange.of(replica.tensors(), recipe.descent().head()),
                state);
    }

    /** Where each tensor lies in the weights. */
    public List<TensorPlace> tensors() {
        return replica.tensors();
    }

    /** The weights as they are now; not a copy. */
    public float[] weights() {
        return update.state().weights();
    }

    /**
     * Starts at other weights than the parent's.
     *
     * @param file holds every tensor, by the names of {@link #tensors()}
     */
    public void startAt(SafetensorsFile file) {
        for (TensorPlace place : tensors()) {
            System.arraycopy(file.floats(place.name()), 0, weights(), place.offset(), place.length());
        }
    }

    /**
     * Takes a step.
     *
     * @param pixels {@code [count, 3, height, width]} in [0, 1]
     * @param start of the inner attack: pixels of the same shape
     * @return the loss before it
     */
    public double step(float[] pixels, int count, int height, int width, float[] start) {
        replica.setWeights(weights());
        ShardResult.Shard.Parents parents = new ShardResult.Shard.Parents(pixels, height, width);
        ShardResult result = replica.run(
                new ShardResult.Shard(parents, pixels, height, width, new int[count], new float[0], adversary, start));
        update.clip(result.gradient());
        update.apply(result.gradient());
        return result.loss();
    }

    @Override
    public void close() {
        replica.close();
    }
}
