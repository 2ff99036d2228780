package io.bulwark.lab.train;

import io.bulwark.lab.attack.Objective;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.perception.encoder.DifferentiableEncoder;
import io.bulwark.perception.encoder.DifferentiableEncoder.Answers;
import io.bulwark.perception.encoder.EncoderOptions;
import io.bulwark.perception.encoder.TrainableEncoder;
import io.bulwark.perception.encoder.TrainableEncoder.TensorPlace;
import io.bulwark.perception.model.ModelPackage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What one training thread computes with: the frozen parent, the tuned encoder to be attacked (gradients by pixels
 * alone) and the tuned encoder to be learnt (gradients by weights, by pixels too with {@link FreeGradients}). One
 * thread, always the same.
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

    /**
     * Attacks the shard's pictures but the everyday ones, and differentiates the loss of the results. With free
     * gradients the shard comes perturbed, and the same pass moves the perturbation for the next.
     */
    ShardResult run(ShardResult.Shard shard) {
        int count = shard.count();
        boolean free = shard.adversary().isFree();
        Answers wanted = shard.known() == null ? wanted(shard) : shard.known();
        TrainingGoal goal = goals.of(wanted, shard.labels());
        float[] varied = varied(shard, free ? shard.start() : attacked(shard, goal));
        int length = varied.length / count;
        float[] rows = Arrays.copyOf(varied, (count + clean) * length);
        System.arraycopy(shard.pixels(), 0, rows, varied.length, clean * length);
        TrainingGoal.Lowered[] lowered = new TrainingGoal.Lowered[1];
        UnaryOperator<Answers> slope = answers -> {
            lowered[0] = goal.evaluate(answers, count);
            return lowered[0].slope();
        };
        TrainableEncoder.Gradient gradient = free
                ? learner.gradientByPixelsToo(rows, count + clean, shard.height(), shard.width(), slope)
                : learner.gradient(rows, count + clean, shard.height(), shard.width(), slope);
        Optional<ShardResult.Shard> next =
                free ? Optional.of(shard.moved(wanted, gradient.pixels())) : Optional.empty();
        return new ShardResult(
                lowered[0], gradient.weights(), gradient.answers(), wanted, count, shard.perturbed(), next);
    }

    /** The loss of the shard's pictures, perturbed or in their everyday versions, and of none as it is. */
    double loss(ShardResult.Shard shard) {
        int count = shard.count();
        TrainingGoal goal = goals.of(wanted(shard), shard.labels());
        float[] varied = varied(shard, attacked(shard, goal));
        Answers answers = attacked.answer(varied, count, shard.height(), shard.width());
        return goal.evaluate(answers, count).loss();
    }

    private Answers wanted(ShardResult.Shard shard) {
        ShardResult.Shard.Parents seen = shard.parents();
        return goals.asksParent()
                ? parent.answer(seen.pixels(), shard.count(), seen.height(), seen.width())
                : new Answers(shard.count(), new float[0], new float[0]);
    }

    /** The first pictures perturbed, or as they are where the threat model allows nothing else. */
    private float[] attacked(ShardResult.Shard shard, TrainingGoal goal) {
        int perturbed = shard.perturbed();
        ThreatModel threat = shard.adversary().threat();
        if (threat.epsilon() == 0 || perturbed == 0) {
            return shard.first(perturbed);
        }
        Objective objective = goal.objective(attacked, shard.height(), shard.width());
        return shard.adversary()
                .inner()
                .ascend(objective, threat, shard.first(perturbed), shard.start(), perturbed, step -> {});
    }

    /** The first pictures as they are given, then everyday versions. */
    private static float[] varied(ShardResult.Shard shard, float[] first) {
        float[] everyday = shard.everyday();
        float[] varied = Arrays.copyOf(first, first.length + everyday.length);
        System.arraycopy(everyday, 0, varied, varied.length - everyday.length, everyday.length);
        return varied;
    }

    @Override
    public void close() {
        learner.close();
        attacked.close();
        parent.close();
    }

    /**
     * Threads that train side by side, each with a replica that it opened itself. Work of one number goes to one
     * thread.
     *
     * @param <R> what a thread computes with
     */
    static final class ReplicaThreads<R extends AutoCloseable> implements AutoCloseable {

        private final List<ExecutorService> threads = new ArrayList<>();
        private final List<R> replicas = new ArrayList<>();

        ReplicaThreads(int count, Supplier<R> open) {
            for (int i = 0; i < count; i++) {
                String name = "bulwark-training-" + i;
                ExecutorService thread = Executors.newSingleThreadExecutor(work -> new Thread(work, name));
                threads.add(thread);
                try {
                    replicas.add(result(thread.submit(open::get)));
                } catch (RuntimeException e) {
                    close();
                    throw e;
                }
            }
        }

        /** Asks one replica for what is the same in all. */
        public <T> T ask(Function<R, T> work) {
            return result(submit(0, work));
        }

        /** Does something to every replica, and waits. */
        public void tell(Consumer<R> work) {
            List<Future<Void>> all = new ArrayList<>();
            for (int i = 0; i < threads.size(); i++) {
                all.add(submit(i, replica -> {
                    work.accept(replica);
                    return null;
                }));
            }
            all.forEach(ReplicaThreads::result);
        }

        /** Runs work on the thread of that number, modulo their count. */
        public <T> Future<T> submit(int number, Function<R, T> work) {
            int thread = number % threads.size();
            R replica = replicas.get(thread);
            return threads.get(thread).submit(() -> work.apply(replica));
        }

        /** Waits; what the work threw is thrown here. */
        public static <T> T result(Future<T> running) {
            try {
                return running.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException("training was interrupted");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException known) {
                    throw known;
                }
                throw new IllegalStateException("a training thread failed", e.getCause());
            }
        }

        @Override
        public void close() {
            for (int i = 0; i < replicas.size(); i++) {
                R replica = replicas.get(i);
                threads.get(i).submit(() -> {
                    replica.close();
                    return null;
                });
            }
            threads.forEach(ExecutorService::shutdown);
        }
    }
}
