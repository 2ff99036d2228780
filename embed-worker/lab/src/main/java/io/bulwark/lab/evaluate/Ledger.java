package io.bulwark.lab.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bulwark.cli.report.Share.Proportion;
import io.bulwark.lab.attack.Norm;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.PictureSource;
import io.bulwark.lab.experiment.FileBootstrap;
import io.bulwark.lab.experiment.LedgerFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What is known of the answers of one encoder to one task, kept in a file line by line, so that a run that was
 * interrupted goes on where it was. The first line says whose answers these are; a file of others is refused. A last
 * line that a kill cut short is dropped. One thread.
 *
 * <p>A perturbation that fools counts in every threat model that allows it, whichever attack found it: robust accuracy
 * under a ball never exceeds that under a smaller one.
 */
public final class Ledger {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Before the threat model of an attempt of another ledger. */
    private static final String ADOPTED = "adopted ";

    private final Map<Integer, Double> clean = new HashMap<>();
    private final Set<Integer> cleanlyFooled = new HashSet<>();
    private final Map<Integer, List<Attempt>> attempts = new HashMap<>();
    private LedgerFile file;

    private Ledger() {}

    /**
     * Opens a file, or begins it.
     *
     * @param identity of what the answers depend on, one line
     * @throws LedgerException if the file holds answers of another identity, or is no ledger
     */
    public static Ledger open(Path file, String identity) {
        Ledger ledger = new Ledger();
        ledger.file = LedgerFile.open(
                file,
                identity,
                "answers of another run (another encoder, other questions, another attack)",
                ledger::take);
        return ledger;
    }

    private void take(JsonNode entry) {
        if (entry.has("threat")) {
            keep(JSON.convertValue(entry, Attempt.class));
        } else {
            keepClean(
                    entry.required("question").asInt(),
                    entry.required("score").asDouble(),
                    entry.required("fooled").asBoolean());
        }
    }

    /** Whether a question was answered on the clean picture. */
    boolean knows(int question) {
        return clean.containsKey(question);
    }

    /**
     * Whether an attack under this threat model is still to be run on a question: nothing fools it yet, neither its
     * clean picture nor a perturbation that fits, and it was not attacked under exactly this threat model.
     */
    boolean isStanding(int question, ThreatModel threat) {
        return !cleanlyFooled.contains(question)
                && attempts.getOrDefault(question, List.of()).stream()
                        .noneMatch(attempt ->
                                attempt.threat().equals(threat.toString()) || attempt.fooled() && attempt.fits(threat));
    }

    /** Whether every question is answered on its clean picture. */
    boolean isAnswered(int questions) {
        return IntStream.range(0, questions).allMatch(this::knows);
    }

    /**
     * Whether every question is answered, and attacked under this threat model as far as there is something to lose.
     */
    public boolean isComplete(int questions, ThreatModel threat) {
        return isAnswered(questions)
                && IntStream.range(0, questions).noneMatch(question -> isStanding(question, threat));
    }

    /**
     * Takes over what was tried in another ledger of the same questions: of several attacks the worst counts. Questions
     * that were not fooled there still stand here.
     *
     * @param threat of these attempts
     */
    public void adopt(Ledger other, ThreatModel threat) {
        List<Attempt> adopted = other.attempts.values().stream()
                .flatMap(List::stream)
                .filter(attempt -> attempt.threat().equals(threat.toString()))
                .map(attempt -> attempt.named(ADOPTED + threat))
                .filter(attempt ->
                        !attempts.getOrDefault(attempt.question(), List.of()).contains(attempt))
                .sorted(Comparator.comparingInt(Attempt::question))
                .toList();
        if (!adopted.isEmpty()) {
            record(adopted);
        }
    }

    void recordClean(Map<Integer, Double> scores, Set<Integer> fooled) {
        List<ObjectNode> lines = new ArrayList<>();
        scores.forEach((question, score) -> {
            keepClean(question, score, fooled.contains(question));
            lines.add(JSON.createObjectNode()
                    .put("question", question)
                    .put("score", score)
                    .put("fooled", fooled.contains(question)));
        });
        file.append(lines);
    }

    void record(List<Attempt> made) {
        made.forEach(this::keep);
        file.append(made);
    }

    private void keepClean(int question, double score, boolean fooled) {
        clean.put(question, score);
        if (fooled) {
            cleanlyFooled.add(question);
        }
    }

    private void keep(Attempt attempt) {
        attempts.computeIfAbsent(attempt.question(), question -> new ArrayList<>())
                .add(attempt);
    }

    /** A question's score on the clean picture, in [0, 1]. */
    public double cleanScore(int question) {
        return clean.get(question);
    }

    /** A question's lowest score that is known of perturbations within a threat model, the clean picture among them. */
    public double robustScore(int question, ThreatModel threat) {
        return attempts.getOrDefault(question, List.of()).stream()
                .filter(attempt -> attempt.fits(threat))
                .mapToDouble(Attempt::score)
                .reduce(cleanScore(question), Math::min);
    }

    /** Mean score on clean pictures, with an interval over files. */
    FileBootstrap cleanOverFiles(Task task) {
        return overFiles(task, this::cleanScore);
    }

    /** Mean score under a threat model, with an interval over files. */
    FileBootstrap robustOverFiles(Task task, ThreatModel threat) {
        return overFiles(task, question -> robustScore(question, threat));
    }

    private static FileBootstrap overFiles(Task task, IntToDoubleFunction score) {
        return FileBootstrap.of(
                IntStream.range(0, task.pictures().size())
                        .mapToObj(score::applyAsDouble)
                        .toList(),
                task.pictures().stream().map(PictureSource::source).toList(),
                1);
    }

    /** Mean score on clean pictures. */
    public Proportion clean() {
        return Proportion.mean(clean.values());
    }

    /** Mean score under a threat model. */
    public Proportion robust(ThreatModel threat) {
        return Proportion.mean(clean.keySet().stream()
                .map(question -> robustScore(question, threat))
                .toList());
    }

    /**
     * One attack on one question, as it was verified afterwards.
     *
     * @param question its index in the task
     * @param threat what the attack was allowed
     * @param score how well the perturbed picture is still answered, in [0, 1], judged again from the returned pixels
     * @param fooled whether that answer is the attacker's
     * @param linf largest change of a value
     * @param l2 Euclidean length of the change
     */
    record Attempt(int question, String threat, double score, boolean fooled, double linf, double l2) {

        /** The same under another name, which no attack of this ledger has. */
        private Attempt named(String name) {
            return new Attempt(question, name, score, fooled, linf, l2);
        }

        /** Whether the perturbation is one that an attacker of a threat model may make, whichever attack found it. */
        public boolean fits(ThreatModel other) {
            double size = other.norm() == Norm.LINF ? linf : l2;
            return size <= other.epsilon() + ThreatModel.Verification.TOLERANCE;
        }
    }
}
