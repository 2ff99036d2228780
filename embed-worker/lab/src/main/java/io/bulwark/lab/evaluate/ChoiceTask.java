package io.bulwark.lab.evaluate;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.imaging.preprocess.PreprocessSpec.Interpolation;
import io.bulwark.imaging.preprocess.PreprocessSpec.ResizeMode;
import io.bulwark.lab.attack.loss.EmbeddingLoss;
import io.bulwark.lab.attack.loss.LogitLoss;
import io.bulwark.lab.attack.loss.PrototypeLoss;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.data.Triplet;
import io.bulwark.perception.metric.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;

/**
 * Two-alternative forced choice. The score is the share of people who agree, which is the accuracy where they were of
 * one mind; attackers perturb the reference (Croce et al., SaTML 2025, section 4).
 *
 * @param triplets at least one
 * @param raised what attacks raise: the margin, or the cross-entropy, which the perceptual-metrics code takes unless told
 *     otherwise; one rises exactly where the other does
 * @param sight how pictures come to the encoder
 */
public record ChoiceTask(List<Triplet> triplets, LogitLoss raised, Sight sight) implements Task {

    /** How pictures come to the encoder. */
    public enum Sight {
        /** As its package says. */
        PACKAGE {
            @Override
            PreprocessSpec of(PreprocessSpec own) {
                return own;
            }
        },
        /** BAPPS' squares in the perceptual-metrics code: resized to the encoder's input by bilinear interpolation. */
        BILINEAR {
            @Override
            PreprocessSpec of(PreprocessSpec own) {
                return new PreprocessSpec(
                        own.height(),
                        own.width(),
                        own.height(),
                        ResizeMode.SHORTEST,
                        Interpolation.BILINEAR,
                        true,
                        0,
                        own.mean(),
                        own.std());
            }
        };

        abstract PreprocessSpec of(PreprocessSpec own);
    }

    /** With the package's own preprocessing. */
    public ChoiceTask(List<Triplet> triplets, LogitLoss raised) {
        this(triplets, raised, Sight.PACKAGE);
    }

    public ChoiceTask {
        triplets = List.copyOf(triplets);
    }

    @Override
    public String name() {
        return "2afc";
    }

    @Override
    public List<PictureSource> pictures() {
        return triplets.stream().map(Triplet::reference).toList();
    }

    @Override
    public String canonical() {
        return triplets.stream()
                .map(triplet -> "%s < %s > %s: %s"
                        .formatted(
                                triplet.left().name(),
                                triplet.reference().name(),
                                triplet.right().name(),
                                triplet.rightShare()))
                .collect(Collectors.joining(
                        "; ", "2afc " + raised + (sight == Sight.PACKAGE ? " " : " " + sight + " "), ""));
    }

    @Override
    public PreprocessSpec seen(PreprocessSpec own) {
        return sight.of(own);
    }

    @Override
    public int prepared() {
        return 2 * triplets.size();
    }

    @Override
    public Task.Scorer judge(EvaluatedEncoder encoder, IntConsumer embedded) {
        float[][] left = encoder.embed(sides(Choice.Side.LEFT), embedded);
        float[][] right = encoder.embed(sides(Choice.Side.RIGHT), embedded);
        Choice.Side[] people = triplets.stream().map(Triplet::chosenByPeople).toArray(Choice.Side[]::new);
        EmbeddingLoss loss =
                PrototypeLoss.flipChoice(raised, left, right, people).batched();
        return new Task.Scorer() {
            @Override
            public double score(int question, float[] embedding) {
                Choice choice = Choice.between(embedding, left[question], right[question]);
                return triplets.get(question).agreement(choice.side());
            }

            @Override
            public EmbeddingLoss loss() {
                return loss;
            }
        };
    }

    private List<PictureSource> sides(Choice.Side side) {
        List<PictureSource> sides = new ArrayList<>();
        for (Triplet triplet : triplets) {
            sides.add(side == Choice.Side.LEFT ? triplet.left() : triplet.right());
        }
        return sides;
    }
}
