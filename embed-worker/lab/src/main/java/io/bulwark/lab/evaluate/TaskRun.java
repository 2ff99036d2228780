package io.bulwark.lab.evaluate;

import io.bulwark.lab.bench.Machine;
import io.bulwark.lab.terminal.CommandFailure;
import io.bulwark.lab.terminal.Output;
import io.bulwark.lab.terminal.Progress;
import io.bulwark.perception.attack.Apgd;
import io.bulwark.perception.attack.ThreatModel;
import io.bulwark.perception.evaluate.EvaluatedEncoder;
import io.bulwark.perception.evaluate.GradientRate;
import io.bulwark.perception.evaluate.Judge;
import io.bulwark.perception.evaluate.Ledger;
import io.bulwark.perception.evaluate.LedgerException;
import io.bulwark.perception.evaluate.RobustnessRun;
import io.bulwark.perception.evaluate.RunIdentity;
import io.bulwark.perception.evaluate.Task;
import io.bulwark.perception.evaluate.Track;
import io.bulwark.perception.evaluate.data.DataLayoutException;
import io.bulwark.perception.model.DifferentiableEncoder;
import io.bulwark.perception.model.EncoderDescription;
import io.bulwark.perception.model.EncoderOptions;
import io.bulwark.perception.model.ModelPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One task of one model, from the package to the ledger. One thread.
 *
 * @param model whose answers
 * @param options how it runs
 * @param attack the attackers'
 * @param threats what they may do; none leaves the attacks out
 * @param track what the attackers set
 * @param out folder of ledgers
 * @param batch pictures at once; 0 for the fastest here
 */
record TaskRun(
        ModelPackage model,
        EncoderOptions options,
        Apgd attack,
        List<ThreatModel> threats,
        Track track,
        Path out,
        int batch) {

    /** What a run came to. */
    record Outcome(EncoderDescription encoder, Ledger ledger) {}

    /**
     * Answers and attacks, or goes on where an earlier run stopped.
     *
     * @throws CommandFailure if a picture or the ledger is not what it has to be
     */
    Outcome run(Task task, Output output) {
        try (DifferentiableEncoder network = model.openDifferentiable(options)) {
            EvaluatedEncoder encoder = EvaluatedEncoder.of(network, sized(network, task, output));
            String name = network.description().name();
            Ledger ledger = Ledger.open(
                    out.resolve(fileName(name, task)), RunIdentity.of(network.description(), task, track, attack));
            try (Judge judge = judge(encoder, task, output);
                    StageLog log = new StageLog("%s %s".formatted(name, task.name()), output)) {
                RobustnessRun run = new RobustnessRun(encoder, task, judge, track, ledger, log);
                run.answerClean();
                run.attack(attack, threats);
            }
            return new Outcome(network.description(), ledger);
        } catch (DataLayoutException | LedgerException | IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    /** Says what it will cost at most; the batch size. */
    private int sized(DifferentiableEncoder network, Task task, Output output) {
        GradientRate rate = GradientRate.measure(network, batch > 0 ? List.of(batch) : GradientRate.BATCHES);
        long steps = (long) task.pictures().size() * threats.size() * attack.iterations() * attack.restarts();
        Duration cost = rate.cost(steps);
        output.note(
                "%s %s: at most %d gradient steps, %d h %02d min at the %.1f a second of this machine now; what falls early costs less"
                        .formatted(
                                network.description().name(),
                                task.name(),
                                steps,
                                cost.toHours(),
                                cost.toMinutesPart(),
                                rate.picturesPerSecond().get(rate.best())));
        return rate.best();
    }

    private static Judge judge(EvaluatedEncoder encoder, Task task, Output output) {
        try (Progress bar = Progress.of("embedding", task.prepared(), output)) {
            return task.judge(encoder, bar::stepBy);
        }
    }

    private String fileName(String model, Task task) {
        return "%s--%s--%s.jsonl".formatted(model, task.name(), track.label()).replaceAll("[^A-Za-z0-9.-]+", "-");
    }

    /** Where this runs, for reports. */
    static String machine() {
        return Machine.describe();
    }
}
