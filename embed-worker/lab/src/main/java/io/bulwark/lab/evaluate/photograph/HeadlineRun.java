package io.bulwark.lab.evaluate.photograph;

import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.lab.attack.AttackGoal;
import io.bulwark.lab.attack.ThreatModel;
import io.bulwark.lab.data.EvaluatedEncoder;
import io.bulwark.lab.evaluate.photograph.Attacker.Knowledge;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.Row;
import io.bulwark.lab.evaluate.photograph.HeadlineResult.WorstCase;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.Judgement.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Asks an encoder all questions as they are, has the first of them attacked in several ways, and counts of each
 * question the worst. Where a clean parent is given, the two decide as a pair too. One thread; holds native memory.
 */
public final class HeadlineRun implements AutoCloseable {

    /** The threat of a row whose questions are not attacked. */
    static final String UNTOUCHED = "none";

    private static final int STARTS = 8;

    /** Characters of a fingerprint in the name of a ledger. */
    private static final int FINGERPRINT = 8;

    private static final BlockMeans THUMBNAIL = new BlockMeans(16);

    private final HeadlineSpec spec;
    private final EvaluationProgress progress;
    private final List<SideVote> votes = new ArrayList<>();
    private final List<SideVote> substitutes = new ArrayList<>();
    private final List<String> classes = new ArrayList<>();
    private final double[][] clean;
    private final AskedQuestions questions;
    private final Thresholds alone;
    private final Optional<Thresholds> pair;
    private final List<Attacker> attackers;
    private final Attempts attempts;

    private HeadlineRun(
            List<EvaluatedEncoder> encoders,
            List<Photograph> bank,
            AskedQuestions asked,
            Optional<Path> folder,
            EvaluationProgress progress) {
        this.spec = asked.spec();
        this.progress = progress;
        progress.begin("embedding", bank.size() + asked.photographs().size());
        float[][][] references = embedded(encoders, bank);
        float[][][] rows = embedded(encoders, asked.photographs());
        clean = new double[encoders.size()][];
        for (int e = 0; e < clean.length; e++) {
            votes.add(new SideVote(encoders.get(e), bank, references[e], spec));
            clean[e] = votes.get(e).margins(joined(rows[e]), rows[e].length);
        }
        classes.addAll(votes.get(0).classes(joined(rows[0]), rows[0].length));
        List<String> contributors =
                asked.photographs().stream().map(Photograph::contributor).toList();
        questions = asked.in(NearDuplicates.clusters(contributors, rows[0], rows[clean.length]));
        alone = Thresholds.alone(questions, clean[0]);
        pair = encoders.size() > 1 ? Optional.of(Thresholds.pair(questions, clean)) : Optional.empty();
        attackers = attackers(rows);
        String identity = identity(bank);
        attempts = folder.map(path -> Attempts.open(path.resolve(ledger()), identity))
                .orElseGet(Attempts::unwritten);
    }

    /**
     * Runs.
     *
     * @param parent a clean encoder that sees the same pixels
     * @param bank references; of other contributors than the questions
     * @param photographs the questions, of both sides
     * @param limit questions attacked at most
     * @param folder of the ledger that an interrupted run goes on from
     * @param soFar told of what the questions attacked so far came to, whenever some more are done
     * @param progress a question counts as fooled where the encoder alone decides as the attacker wants
     * @throws IllegalArgumentException if a contributor is on both sides, a side has no photograph, or the two encoders
     *     see other pixels
     */
    public static HeadlineResult of(
            EvaluatedEncoder encoder,
            Optional<EvaluatedEncoder> parent,
            List<Photograph> bank,
            List<Photograph> photographs,
            int limit,
            HeadlineSpec spec,
            Optional<Path> folder,
            Consumer<HeadlineResult> soFar,
            EvaluationProgress progress) {
        parent.ifPresent(other -> requireSamePixels(encoder, other));
        List<EvaluatedEncoder> encoders = new ArrayList<>(List.of(encoder));
        parent.ifPresent(encoders::add);
        AskedQuestions asked = AskedQuestions.of(bank, photographs, limit, spec);
        try (HeadlineRun run = new HeadlineRun(encoders, bank, asked, folder, progress)) {
            run.attack(soFar);
            return run.result(asked.attacked());
        }
    }

    private static void requireSamePixels(EvaluatedEncoder encoder, EvaluatedEncoder parent) {
        if (!parent.description()
                .preprocess()
                .makesTheSameViewsAs(encoder.description().preprocess())) {
            throw new IllegalArgumentException("%s sees %s, %s sees %s; a pair is attacked on the same pixels"
                    .formatted(
                            parent.description().name(),
                            parent.description().preprocess().canonical(),
                            encoder.description().name(),
                            encoder.description().preprocess().canonical()));
        }
    }

    /** By each encoder, then by block means: {@code [encoders + 1][photographs][D]}. */
    private float[][][] embedded(List<EvaluatedEncoder> encoders, List<Photograph> photographs) {
        float[][][] rows = new float[encoders.size() + 1][photographs.size()][];
        PreprocessSpec seen = encoders.get(0).description().preprocess();
        int batch = encoders.get(0).batch();
        for (int from = 0; from < photographs.size(); from += batch) {
            List<Photograph> some = photographs.subList(from, Math.min(photographs.size(), from + batch));
            float[] pixels = encoders.get(0)
                    .planes(some.stream().map(Photograph::picture).toList());
            for (int e = 0; e < rows.length; e++) {
                float[] embeddings = e < encoders.size()
                        ? encoders.get(e).encoder().embed(pixels, some.size())
                        : THUMBNAIL.embed(pixels, some.size(), seen.height(), seen.width());
                int dimension = embeddings.length / some.size();
                for (int i = 0; i < some.size(); i++) {
                    rows[e][from + i] = Arrays.copyOfRange(embeddings, i * dimension, (i + 1) * dimension);
                }
            }
            progress.advanced(some.size(), 0);
        }
        return rows;
    }

    private static float[] joined(float[][] rows) {
        float[] joined = new float[rows.length * rows[0].length];
        for (int row = 0; row < rows.length; row++) {
            System.arraycopy(rows[row], 0, joined, row * rows[row].length, rows[row].length);
        }
        return joined;
    }

    /** What of the questions is not attacked is the attacker's: his bank, and pictures to start from. */
    private List<Attacker> attackers(float[][][] embeddings) {
        double[] scales =
                Arrays.stream(clean).mapToDouble(Thresholds::deviation).toArray();
        Attacker.Target target = new Attacker.Target(votes, pair.orElse(alone), scales, spec.effort());
        List<Attacker> found = new ArrayList<>(target.withScores());
        found.addAll(target.withParent());
        int own = questions.photographs().size() - questions.attacked();
        if (spareOf(true).length > 0 && spareOf(false).length > 0) {
            for (int e = 0; e < votes.size(); e++) {
                float[][] rows = embeddings[e];
                substitutes.add(new SideVote(
                        votes.get(e).encoder(),
                        questions.photographs().subList(questions.attacked(), rows.length),
                        Arrays.copyOfRange(rows, questions.attacked(), rows.length),
                        spec));
            }
            found.addAll(target.withoutBank(substitutes, own));
            found.addAll(target.withDecisions(Map.of(
                    AttackGoal.EVADE, starts(AttackGoal.EVADE), AttackGoal.FALSE_FLAG, starts(AttackGoal.FALSE_FLAG))));
        }
        return List.copyOf(found);
    }

    private int[] spareOf(boolean side) {
        return questions.all(side).filter(i -> i >= questions.attacked()).toArray();
    }

    /** Pictures of the attacker's that are decided as he wants. */
    private List<float[]> starts(AttackGoal goal) {
        return Arrays.stream(spareOf(goal == AttackGoal.FALSE_FLAG))
                .filter(i -> outcome(i) == goal.outcome())
                .limit(STARTS)
                .mapToObj(i -> votes.get(0)
                        .encoder()
                        .planes(List.of(questions.photographs().get(i).picture())))
                .toList();
    }

    private String ledger() {
        StringBuilder name = new StringBuilder("photographs");
        for (SideVote vote : votes) {
            EncoderDescription encoder = vote.encoder().description();
            name.append('-').append(encoder.name().replaceAll("[^A-Za-z0-9-]", ""));
            name.append('-').append(encoder.fingerprint(), 0, FINGERPRINT);
        }
        return name.append(".jsonl").toString();
    }

    private String identity(List<Photograph> bank) {
        return "encoders %s, bank %08x, questions %08x, flagged %s, %s, %s NSFW, %s to people, seed %d"
                .formatted(
                        votes.stream()
                                .map(vote -> vote.encoder().description().fingerprint())
                                .toList(),
                        bank.stream().map(Photograph::file).toList().hashCode(),
                        questions.photographs().stream()
                                .map(Photograph::file)
                                .toList()
                                .hashCode(),
                        spec.flagged().stream().sorted().toList(),
                        spec.vote(),
                        spec.falseFlags(),
                        spec.toPeople(),
                        spec.seed());
    }

    /** Question by question, so that a run that was stopped has the first of them whole. */
    private void attack(Consumer<HeadlineResult> soFar) {
        progress.begin("attacks", (int) steps());
        int batch = votes.get(0).encoder().batch();
        for (int from = 0; from < questions.attacked(); from += batch) {
            int to = Math.min(questions.attacked(), from + batch);
            for (ThreatModel threat : spec.threats()) {
                for (Attacker attacker : attackers) {
                    if (asks(attacker, threat)) {
                        attack(IntStream.range(from, to).toArray(), threat, attacker);
                    }
                }
            }
            if (to > 1) {
                soFar.accept(result(to));
            }
        }
    }

    private long steps() {
        return spec.threats().stream()
                .flatMap(threat -> attackers.stream().filter(attacker -> asks(attacker, threat)))
                .mapToLong(attacker -> IntStream.range(0, questions.attacked())
                        .filter(i -> attacker.goals().contains(goal(i)))
                        .count())
                .sum();
    }

    private boolean asks(Attacker attacker, ThreatModel threat) {
        boolean always = attacker.has() == Knowledge.EVERYTHING || attacker.has() == Knowledge.SCORES;
        return always || spec.lesser().contains(threat);
    }

    private AttackGoal goal(int question) {
        return questions.flagged()[question] ? AttackGoal.EVADE : AttackGoal.FALSE_FLAG;
    }

    private void attack(int[] batch, ThreatModel threat, Attacker attacker) {
        int[] left = Arrays.stream(batch)
                .filter(i -> attacker.goals().contains(goal(i)))
                .toArray();
        List<Photograph> asked =
                Arrays.stream(left).mapToObj(questions.photographs()::get).toList();
        if (asked.stream().allMatch(question -> attempts.knows(question, threat, attacker))) {
            progress.advanced(left.length, 0);
            return;
        }
        float[] pixels = votes.get(0)
                .encoder()
                .planes(asked.stream().map(Photograph::picture).toList());
        boolean[] flagged = new boolean[left.length];
        for (int i = 0; i < left.length; i++) {
            flagged[i] = questions.flagged()[left[i]];
        }
        float[] found = attacker.way().attack(pixels, flagged, threat, spec.seed() + batch[0]);
        List<double[]> margins =
                votes.stream().map(vote -> vote.marginsOf(found, left.length)).toList();
        attempts.record(asked, threat, attacker, pixels, found, margins);
        int fooled = (int) IntStream.range(0, left.length)
                .filter(i -> alone.of(margins.get(0)[i]) == goal(left[i]).outcome())
                .count();
        progress.advanced(left.length, fooled);
    }

    private HeadlineResult result(int attacked) {
        AskedQuestions some = questions.attackedUpTo(attacked);
        List<Row> rows = new ArrayList<>();
        WorstCase worst = new WorstCase(some, clean, alone, pair);
        rows.add(new WorstCase(questions.attackedUpTo(clean[0].length), clean, alone, pair)
                .row(UNTOUCHED, "", question -> List.of()));
        rows.add(worst.row(UNTOUCHED, "", question -> List.of()));
        for (ThreatModel threat : spec.threats()) {
            for (Knowledge has : Knowledge.values()) {
                List<Attacker> able = attackers.stream()
                        .filter(attacker -> has == Knowledge.EVERYTHING || attacker.has() == has)
                        .toList();
                if (able.stream().anyMatch(attacker -> asks(attacker, threat))) {
                    rows.add(worst.row(
                            threat.toString(),
                            has.toString(),
                            question -> attempts.within(threat, question, able, spec.threats())));
                }
            }
        }
        return new HeadlineResult(
                votes.get(0).encoder().description().name(),
                votes.stream()
                        .skip(1)
                        .map(vote -> vote.encoder().description().name())
                        .findFirst(),
                attacked,
                (int) questions.clusters().stream().distinct().count(),
                questions.share(
                        IntStream.range(0, clean[0].length),
                        i -> classes.get(i)
                                .equals(questions.photographs().get(i).label())),
                rows);
    }

    private Outcome outcome(int question) {
        return pair.map(both -> both.of(clean[0][question], clean[1][question]))
                .orElseGet(() -> alone.of(clean[0][question]));
    }

    @Override
    public void close() {
        votes.forEach(SideVote::close);
        substitutes.forEach(SideVote::close);
    }
}
