package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * How a task is put to an encoder, into a ledger. One thread.
 *
 * @param attack the attackers'
 * @param allLosses whether they raise all of a task's losses in turn, or the first
 * @param stepsEach gradient steps that it takes for a picture at most, with one loss
 * @param threats what they may do; none leaves the attacks out
 * @param track what the attackers set
 * @param out folder of ledgers
 */
public record TaskRun(
        Attack attack, boolean allLosses, long stepsEach, List<ThreatModel> threats, Track track, Path out) {

    /** Gradient steps that a task takes at most. */
    public long steps(Task task) {
        return task.pictures().size() * threats.size() * stepsEach * (allLosses ? task.losses() : 1);
    }

    /**
     * Answers and attacks, or goes on where an earlier run stopped.
     *
     * @throws CommandFailure if a picture or the ledger is not what it has to be
     */
    public Ledger run(EvaluatedEncoder encoder, Task task, Output output) {
        return run(encoder, task, output, ledger -> {});
    }

    /** The same, with a ledger that is handed over before it is added to. */
    public Ledger run(EvaluatedEncoder own, Task task, Output output, Consumer<Ledger> opened) {
        EvaluatedEncoder encoder = seeing(own, task);
        String name = encoder.description().name();
        try {
            Ledger ledger = Ledger.open(
                    out.resolve(fileName(name, task)),
                    RunIdentity.of(encoder.description(), task, track, attack) + (allLosses ? ", all losses" : ""));
            opened.accept(ledger);
            try (Task.Scorer judge = judge(encoder, task, output);
                    EvaluationProgress.StageLog log =
                            new EvaluationProgress.StageLog("%s %s".formatted(name, task.name()), output)) {
                RobustnessRun run = new RobustnessRun(encoder, task, judge, track, ledger, log);
                run.answerClean();
                if (allLosses) {
                    run.attackByAllLosses(attack, threats);
                } else {
                    run.attack(attack, threats);
                }
            }
            return ledger;
        } catch (IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    /** With the task's way of preparing pictures, where it has one. */
    private EvaluatedEncoder seeing(EvaluatedEncoder encoder, Task task) {
        PreprocessSpec own = encoder.description().preprocess();
        PreprocessSpec seen = task.seen(own);
        if (seen.makesTheSameViewsAs(own)) {
            return encoder;
        }
        if (!(track instanceof Track.ResizedPixels)) {
            throw CommandFailure.usage(
                    ("the track '%s' prepares pictures as the package does, the task %s does not: take"
                                    + " the track of pixels")
                            .formatted(track.label(), task.name()));
        }
        return encoder.seeing(seen);
    }

    private static Task.Scorer judge(EvaluatedEncoder encoder, Task task, Output output) {
        try (Progress bar = Progress.of("embedding", task.prepared(), output)) {
            return task.judge(encoder, bar::stepBy);
        }
    }

    private String fileName(String model, Task task) {
        return "%s--%s--%s.jsonl".formatted(model, task.name(), track.label()).replaceAll("[^A-Za-z0-9.-]+", "-");
    }

    /** What a ledger's answers depend on, in one line. */
    static final class RunIdentity {

        private RunIdentity() {}

        /**
         * The encoder, the task with the bytes of the pictures that are attacked, the track, and the attack with its
         * seed.
         *
         * @throws UncheckedIOException if a picture cannot be read
         */
        public static String of(EncoderDescription encoder, Task task, Track track, Attack attack) {
            MessageDigest digest = Sha256.newDigest();
            digest.update(task.canonical().getBytes(StandardCharsets.UTF_8));
            TreeSet<Path> files = new TreeSet<>();
            task.pictures().forEach(picture -> files.add(file(picture)));
            try {
                for (Path file : files) {
                    digest.update(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException("a picture of the task cannot be read", e);
            }
            return "encoder %s, task %s %s, track %s, attack %s"
                    .formatted(
                            encoder.fingerprint(),
                            task.name(),
                            HexFormat.of().formatHex(digest.digest()),
                            track.label(),
                            attack);
        }

        private static Path file(PictureSource source) {
            return source instanceof PictureSource.Distorted distorted
                    ? distorted.original().file()
                    : ((PictureSource.PictureFile) source).file();
        }
    }
}
