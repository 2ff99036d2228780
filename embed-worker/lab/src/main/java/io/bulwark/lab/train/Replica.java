package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.perception.encoder.Answers;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TensorPlace;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.model.ModelPackage;
import java.util.Arrays;
import java.util.List;

/**
 * What one training thread computes with: the frozen parent, the tuned encoder to be attacked (gradients by pixels
 * alone) and the tuned encoder to be learnt (gradients by weights). One thread, always the same.
 */
final class Replica implements AutoCloseable {

    private final DifferentiableEncoder parent;
    private final DifferentiableEncoder attacked;
    private final TrainableEncoder learner;
    private final TrainingGoal.Maker goals;
    private final int clean;

    Replica(ModelPackage model, EncoderOptions options, Recipe recipe, TrainingGoal.Maker goals) {
        this.parent = model.openDifferentiable(options);
        this.attacked = model.openDifferentiable(options);
        this.learner = model.openTrainable(options);
        this.goals = goals;
        this.clean = recipe.batches().clean();
    }

    List<TensorPlace> tensors() {
        return learner.tensors();
    }

    float[] weights() {
        return learner.weights();
    }

    void setWeights(float[] row) {
        attacked.setWeights(row);
        learner.setWeights(row);
    }

    /** Attacks the shard's pictures but the everyday ones, and differentiates the loss of the results. */
    ShardResult run(Shard shard) {
        int count = shard.count();
        Answers wanted = wanted(shard);
        TrainingGoal goal = goals.of(wanted, shard.labels());
        float[] varied = varied(shard, goal);
        int length = varied.length / count;
        float[] rows = Arrays.copyOf(varied, (count + clean) * length);
        System.arraycopy(shard.pixels(), 0, rows, varied.length, clean * length);
        TrainingGoal.Lowered[] lowered = new TrainingGoal.Lowered[1];
        TrainableEncoder.Gradient gradient =
                learner.gradient(rows, count + clean, shard.height(), shard.width(), answers -> {
                    lowered[0] = goal.evaluate(answers, count);
                    return lowered[0].slope();
                });
        return new ShardResult(lowered[0], gradient.weights(), gradient.answers(), wanted, count, shard.perturbed());
    }

    /** The loss of the shard's pictures, perturbed or in their everyday versions, and of none as it is. */
    double loss(Shard shard) {
        int count = shard.count();
        TrainingGoal goal = goals.of(wanted(shard), shard.labels());
        Answers answers = attacked.answer(varied(shard, goal), count, shard.height(), shard.width());
        return goal.evaluate(answers, count).loss();
    }

    private Answers wanted(Shard shard) {
        Shard.Parents seen = shard.parents();
        return goals.asksParent()
                ? parent.answer(seen.pixels(), shard.count(), seen.height(), seen.width())
                : new Answers(shard.count(), new float[0], new float[0]);
    }

    /** The first pictures perturbed, or as they are where the threat model allows nothing else; then everyday versions. */
    private float[] varied(Shard shard, TrainingGoal goal) {
        float[] varied = shard.pixels().clone();
        int perturbed = shard.perturbed();
        ThreatModel threat = shard.adversary().threat();
        if (threat.epsilon() > 0 && perturbed > 0) {
            Objective objective = goal.objective(attacked, shard.height(), shard.width());
            float[] found = shard.adversary()
                    .inner()
                    .ascend(objective, threat, shard.first(perturbed), shard.start(), perturbed, step -> {});
            System.arraycopy(found, 0, varied, 0, found.length);
        }
        float[] everyday = shard.everyday();
        System.arraycopy(everyday, 0, varied, varied.length - everyday.length, everyday.length);
        return varied;
    }

    @Override
    public void close() {
        learner.close();
        attacked.close();
        parent.close();
    }
}
