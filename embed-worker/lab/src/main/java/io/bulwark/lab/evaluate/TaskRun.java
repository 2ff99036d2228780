package io.bulwark.lab.evaluate;

import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.cli.terminal.Progress;
import io.bulwark.lab.attack.Attack;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.bench.Machine;
import io.bulwark.lab.data.DataLayoutException;
import io.bulwark.lab.data.EvaluatedEncoder;
import java.nio.file.Path;
import java.util.List;

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
record TaskRun(Attack attack, boolean allLosses, long stepsEach, List<ThreatModel> threats, Track track, Path out) {

    /** Gradient steps that a task takes at most. */
    long steps(Task task) {
        return task.pictures().size() * threats.size() * stepsEach * (allLosses ? task.losses() : 1);
    }

    /**
     * Answers and attacks, or goes on where an earlier run stopped.
     *
     * @throws CommandFailure if a picture or the ledger is not what it has to be
     */
    Ledger run(EvaluatedEncoder encoder, Task task, Output output) {
        String name = encoder.description().name();
        try {
            Ledger ledger = Ledger.open(
                    out.resolve(fileName(name, task)),
                    RunIdentity.of(encoder.description(), task, track, attack) + (allLosses ? ", all losses" : ""));
            try (Scorer judge = judge(encoder, task, output);
                    StageLog log = new StageLog("%s %s".formatted(name, task.name()), output)) {
                RobustnessRun run = new RobustnessRun(encoder, task, judge, track, ledger, log);
                run.answerClean();
                if (allLosses) {
                    run.attackByAllLosses(attack, threats);
                } else {
                    run.attack(attack, threats);
                }
            }
            return ledger;
        } catch (DataLayoutException | LedgerException | IllegalArgumentException e) {
            throw CommandFailure.failed(e.getMessage(), e);
        }
    }

    private static Scorer judge(EvaluatedEncoder encoder, Task task, Output output) {
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
