package io.bulwark.lab.evaluate;

import io.bulwark.cli.everyday.UploadFormat;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.AttacksInTurn;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.attack.blackbox.SquareAttack;
import io.bulwark.lab.attack.command.Threats;
import io.bulwark.lab.attack.command.Threats.ApgdOptions;
import io.bulwark.lab.attack.gradient.FirstStart;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.safetensors.ElementType;
import io.bulwark.perception.safetensors.SafetensorsFile;
import io.bulwark.perception.safetensors.SafetensorsFile.SafetensorsException;
import io.bulwark.perception.safetensors.SafetensorsFile.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What the attackers of an evaluation may do: {@code @Mixin AttackOptions attack}. */
final class AttackOptions {

    @Option(
            names = "--threats",
            paramLabel = "NORM:EPSILON",
            split = ",",
            description = "Threat models, of l2 and linf, values in [0, 1]; 'none' leaves the attacks out.")
    private List<String> threats = List.of("linf:1/255", "linf:2/255", "linf:4/255");

    @Option(
            names = "--attacks",
            paramLabel = "ATTACK",
            split = ",",
            description =
                    "In turn, each on what still stands: apgd, which sees gradients, and square, which sees scores"
                            + " alone (track 'pixels' only).")
    private List<String> attacks = List.of("apgd");

    @Option(
            names = "--losses",
            paramLabel = "WHICH",
            description =
                    "What attacks raise: 'first', the loss that is most often the best, or 'all' in turn, each on"
                            + " what still stands: of a kNN decision the vote itself too, and each class where there are several.")
    private String losses = "first";

    @Option(names = "--attack-queries", description = "Queries of the Square attack for each picture.")
    private int queries = 1000;

    @Mixin
    private ApgdOptions apgd;

    @Option(
            names = "--start",
            paramLabel = "WHERE",
            description = "Where APGD's first run starts: 'picture'; 'random', in the ball, as Croce et al. call it; or"
                    + " a safetensors file of noise in units of epsilon, 'linf' and 'l2', each [questions, 3, H, W].")
    private String start = "picture";

    @Option(
            names = "--track",
            paramLabel = "T",
            description = "What the attacker sets: 'pixels' after resize (the paper's), or an uploaded file, 'png' "
                    + "or 'jpeg:90'.")
    private String track = "pixels";

    /** What the attacker sets. */
    Track track() {
        if (track.equals("pixels")) {
            return new Track.ResizedPixels();
        }
        return CommandFailure.orUsage(
                "--track is neither 'pixels' nor a format", () -> new Track.UploadedFile(UploadFormat.named(track)));
    }

    /** In the order given. */
    List<ThreatModel> threats() {
        return threats.equals(List.of("none"))
                ? List.of()
                : threats.stream().map(text -> Threats.named("--threats", text)).toList();
    }

    /**
     * The attacks, as one.
     *
     * @param input what the encoder sees
     * @throws CommandFailure if there is none of a name, or it does not go with the track
     */
    Attack attack(PreprocessSpec input) {
        if (attacks.contains("square") && !(track() instanceof Track.ResizedPixels)) {
            throw CommandFailure.usage("--attacks square goes with --track pixels; 'bulwark attack --method square'"
                    + " attacks uploads by their scores");
        }
        List<Attack> named = CommandFailure.orUsage(
                () -> attacks.stream().map(name -> attack(name, input)).toList());
        return named.size() == 1 ? named.get(0) : CommandFailure.orUsage(() -> new AttacksInTurn(named));
    }

    private Attack attack(String name, PreprocessSpec input) {
        return switch (name) {
            case "apgd" -> apgd.attack(start());
            case "square" ->
                new SquareAttack(queries, input.height(), input.width(), SquareAttack.DEFAULT_SHARE, apgd.seed());
            default -> throw CommandFailure.usage("--attacks names '" + name + "', allowed are apgd and square");
        };
    }

    private FirstStart start() {
        return switch (start) {
            case "picture" -> new FirstStart.AtPicture();
            case "random" -> new FirstStart.AtRandom();
            default -> StartNoise.read(Path.of(start));
        };
    }

    /** Whether all losses are raised in turn. */
    boolean allLosses() {
        if (!Set.of("first", "all").contains(losses)) {
            throw CommandFailure.usage("--losses is '" + losses + "', allowed are first and all");
        }
        return losses.equals("all");
    }

    /** Gradient steps that a picture takes at most with one loss; a query, a forward pass alone, counts a third. */
    long steps() {
        long steps = attacks.contains("apgd") ? apgd.steps() : 0;
        return steps + (attacks.contains("square") ? queries / 3 : 0);
    }

    long seed() {
        return apgd.seed();
    }

    /**
     * Starting noise that another program drew, so that its attack and this one can be compared question by question: a
     * safetensors file with a tensor for each norm, {@code linf} and {@code l2}, F32 of {@code [questions, 3, H, W]} in
     * units of epsilon. The file stays mapped for the run. One thread.
     */
    private record StartNoise(Path file, SafetensorsFile tensors) implements FirstStart.Noise {

        /** @throws CommandFailure if it is no such file */
        static FirstStart read(Path file) {
            try {
                SafetensorsFile tensors = SafetensorsFile.open(file);
                for (TensorInfo tensor : tensors.tensors().values()) {
                    require(file, tensor);
                }
                String digest = HexFormat.of().formatHex(Sha256.newDigest().digest(Files.readAllBytes(file)));
                return new FirstStart.Given(digest, new StartNoise(file, tensors));
            } catch (IOException | SafetensorsException e) {
                throw CommandFailure.usage("--start is neither 'picture' nor 'random', and no file of noise: " + e);
            }
        }

        private static void require(Path file, TensorInfo tensor) {
            List<String> norms = List.of(Norm.LINF.label(), Norm.L2.label());
            List<Long> shape = tensor.shape();
            if (!norms.contains(tensor.name())
                    || tensor.type() != ElementType.F32
                    || shape.size() != 4
                    || shape.get(1) != 3
                    || tensor.bytes() > Integer.MAX_VALUE) {
                throw CommandFailure.usage(
                        "--start %s: tensor '%s' is %s of %s; wanted are %s, F32 of [questions, 3, H, W]"
                                        .formatted(file, tensor.name(), tensor.type(), shape, norms)
                                + " and less than 2 GiB");
            }
        }

        @Override
        public float[] of(Norm norm, long identity, int length) {
            TensorInfo tensor = tensors.tensors().get(norm.label());
            if (tensor == null) {
                throw CommandFailure.usage("--start %s: there is no tensor '%s'".formatted(file, norm.label()));
            }
            long questions = tensor.shape().get(0);
            if (identity >= questions || tensor.elements() != questions * length) {
                throw CommandFailure.usage("--start %s: tensor '%s' is %s; question %d of %d values is asked for"
                        .formatted(file, norm.label(), tensor.shape(), identity, length));
            }
            ByteBuffer bytes = tensors.bytes(norm.label()).order(ByteOrder.LITTLE_ENDIAN);
            float[] noise = new float[length];
            bytes.asFloatBuffer().position((int) (identity * length)).get(noise);
            return noise;
        }
    }
}
