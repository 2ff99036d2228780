package io.bulwark.lab.train.triplet;

import io.bulwark.lab.train.DivergedException;
import io.bulwark.lab.train.Recipe;
import io.bulwark.lab.train.Shuffle;
import io.bulwark.lab.train.TrainedRange;
import io.bulwark.lab.train.TrainingState;
import io.bulwark.lab.train.WeightUpdate;
import io.bulwark.lab.train.triplet.TripletRecipe.Report;
import io.bulwark.perception.encoder.TensorPlace;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Lowers the hinge of triplets, batch by batch, by the weights that it is given. One thread. */
final class TripletDescent {

    private final TripletRecipe recipe;
    private final float[] weights;
    private final List<TensorPlace> places;

    /**
     * What a batch of triplets was answered.
     *
     * @param loss sum of the hinges
     * @param right how many triplets were decided as people decided them
     * @param gradient of the mean hinge by each weight
     */
    record Lowered(double loss, int right, float[] gradient) {

        /** With what another part of the batch was answered; modifies this one's gradient. */
        Lowered plus(Lowered more) {
            for (int i = 0; i < gradient.length; i++) {
                gradient[i] += more.gradient()[i];
            }
            return new Lowered(loss + more.loss(), right + more.right(), gradient);
        }
    }

    /**
     * @param weights that learn; modified by every step
     * @param places where each tensor lies in them
     */
    TripletDescent(TripletRecipe recipe, float[] weights, List<TensorPlace> places) {
        this.recipe = recipe;
        this.weights = weights;
        this.places = places;
    }

    /**
     * Takes all steps.
     *
     * @param triplets how many there are; at least one
     * @param name of a triplet, for errors
     * @param lower asks the weights as they are now about a batch of triplets, given by number
     * @param reportEvery steps
     * @throws DivergedException if a loss or gradient is no finite number
     */
    void run(
            int triplets,
            IntFunction<String> name,
            Function<List<Integer>, Lowered> lower,
            int reportEvery,
            Consumer<Report> watch) {
        Recipe.Descent descent = recipe.descent();
        WeightUpdate update =
                new WeightUpdate(descent, descent.schedule(), new TrainedRange(places), TrainingState.of(weights));
        Shuffle order = new Shuffle(triplets, recipe.seed());
        double loss = 0;
        int right = 0;
        int since = 0;
        for (int step = 1; step <= descent.steps(); step++) {
            List<Integer> batch = batch(order, step - 1);
            Lowered lowered = lower.apply(batch);
            double norm = update.clip(lowered.gradient());
            requireFinite(step, lowered.loss(), norm, batch, name);
            update.apply(lowered.gradient());
            loss += lowered.loss();
            right += lowered.right();
            since += recipe.batch();
            if (step % reportEvery == 0 || step == descent.steps()) {
                watch.accept(new Report(step, loss / since, (double) right / since));
                loss = 0;
                right = 0;
                since = 0;
            }
        }
    }

    private List<Integer> batch(Shuffle order, int done) {
        return IntStream.range(0, recipe.batch())
                .mapToObj(i -> order.at((long) done * recipe.batch() + i))
                .toList();
    }

    private static void requireFinite(
            int step, double loss, double norm, List<Integer> batch, IntFunction<String> name) {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new DivergedException(
                    step,
                    "loss %s, gradient %s".formatted(loss, norm),
                    batch.stream().map(name::apply).toList(),
                    Optional.empty());
        }
    }
}
