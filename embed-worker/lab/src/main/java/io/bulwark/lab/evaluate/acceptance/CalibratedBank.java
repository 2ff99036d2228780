package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.bank.MatrixBank;
import io.bulwark.perception.bank.Neighbour;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.verdict.Calibration;
import io.bulwark.perception.verdict.Calibration.CalibrationGoal;
import io.bulwark.perception.verdict.CalibrationFile;
import io.bulwark.perception.verdict.CalibrationFile.FileNeighbours;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A bank of files with a policy that was calibrated on others, and the decision by both. Temperature, floor and the
 * similarity of known content come from the bank's files, each in all its views by the bank without its own references;
 * the thresholds come from the calibration files alone. One thread; holds native memory.
 */
public final class CalibratedBank implements AutoCloseable {

    private static final int SHA256_CHARACTERS = 64;

    private final EncoderDescription encoder;
    private final Map<String, LabelledFile> files = new HashMap<>();
    private final List<LabelledEmbedding> references;
    private final MatrixBank bank;
    private final List<List<CalibrationFile>> seen;
    private final CalibrationGoal goal;
    private final Decider decider;
    private Calibration calibration;
    private Policies policies;
    private Optional<CalibratedBank> twin = Optional.empty();

    private CalibratedBank(
            EncoderDescription encoder,
            List<LabelledFile> bankFiles,
            List<LabelledFile> calibrationFiles,
            Sights sights,
            CalibrationGoal goal) {
        this.encoder = encoder;
        this.goal = goal;
        List<LabelledFile> readable = readable(bankFiles, sights);
        readable.forEach(file -> files.put(file.sha256(), file));
        references = readable.stream()
                .flatMap(file -> references(file, sights).stream())
                .toList();
        bank = MatrixBank.of(encoder.fingerprint(), references);
        try {
            seen = List.of(
                    calibrationFiles(readable, sights, goal.k()),
                    calibrationFiles(readable(calibrationFiles, sights), sights, goal.k()),
                    changedFiles(calibrationFiles, sights, goal.k()));
            decideBy(Calibration.of(seen.get(0), seen.get(1), seen.get(2), goal));
        } catch (RuntimeException e) {
            bank.close();
            throw e;
        }
        decider = new Decider(encoder.headClasses());
    }

    /**
     * Builds and calibrates. Files that are no pictures are left out of both.
     *
     * @param encoder that looked at the files
     * @throws IllegalArgumentException if the readable files of a side are all flagged, or none is
     */
    public static CalibratedBank of(
            EncoderDescription encoder,
            List<LabelledFile> bankFiles,
            List<LabelledFile> calibrationFiles,
            Sights sights,
            CalibrationGoal goal) {
        return new CalibratedBank(encoder, bankFiles, calibrationFiles, sights, goal);
    }

    /**
     * Has another encoder hold back what it does not call SAFE as well: the thresholds of both are found together.
     *
     * @param other of the same files; closed with this
     * @throws IllegalArgumentException if one of the two could look at files that the other could not
     */
    public CalibratedBank with(CalibratedBank other) {
        List<Calibration> pair = Calibration.ofPair(seen, other.seen, goal);
        decideBy(pair.get(0));
        other.decideBy(pair.get(1));
        twin = Optional.of(other);
        return this;
    }

    private void decideBy(Calibration found) {
        calibration = found;
        policies = Policies.always(new VotingPolicy(settings()));
    }

    /** The first look at the whole keeps the variants. */
    private static List<LabelledEmbedding> references(LabelledFile file, Sights sights) {
        List<LabelledEmbedding> looks = new ArrayList<>();
        for (SeenImage.SeenView view : seen(file, sights).whole()) {
            List<ReferenceVariant> variants = looks.isEmpty() ? sights.variants(file) : List.of();
            looks.add(reference(file, view)
                    .with(variants.stream()
                            .map(variant -> ReferenceVariant.ofHalf(
                                    file.sha256(), variant.name(), HalfFloats.encode(variant.embedding())))
                            .toList()));
        }
        return looks;
    }

    /** As {@code bank build} writes it and a worker reads it: in half precision, with the hash of the file. */
    private static LabelledEmbedding reference(LabelledFile file, SeenImage.SeenView view) {
        int slash = view.name().indexOf('/');
        String id = file.sha256() + (slash < 0 ? "" : "@" + view.name().substring(slash + 1));
        return LabelledEmbedding.ofHalf(id, file.label(), HalfFloats.encode(view.embedding()))
                .from(Optional.of(Sha256.parse(file.sha256())));
    }

    private List<CalibrationFile> calibrationFiles(List<LabelledFile> known, Sights sights, int k) {
        FileNeighbours neighbours = new FileNeighbours(bank, references, k);
        return known.stream()
                .map(file -> neighbours.of(
                        file.label(), image(file.sha256(), seen(file, sights).views())))
                .toList();
    }

    private List<CalibrationFile> changedFiles(List<LabelledFile> known, Sights sights, int k) {
        FileNeighbours neighbours = new FileNeighbours(bank, references, k);
        return known.stream()
                .flatMap(file -> sights.changed(file).stream()
                        .map(sight -> neighbours.of(file.label(), image(file.sha256(), sight.views()), sight.shown())))
                .toList();
    }

    private static SeenImage image(String sha256, List<SeenImage.SeenView> views) {
        return new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.of(Sha256.parse(sha256)), views);
    }

    /** What made the references and looked at the files. */
    public EncoderDescription encoder() {
        return encoder;
    }

    /** Rows of the bank: its references' own and those of their variants. */
    public int rows() {
        return bank.rows();
    }

    /** The files that became references. */
    public int files() {
        return files.size();
    }

    /** The bank's references. */
    public List<LabelledEmbedding> references() {
        return references;
    }

    /** What is searched. Closed with this. */
    public Bank bank() {
        return bank;
    }

    /** How the settings were found, and what they promise. */
    public Calibration calibration() {
        return calibration;
    }

    /** By which it is decided. */
    public PolicySettings settings() {
        return calibration.appliedTo(PolicySettings.flagging(goal.flaggedLabels()));
    }

    /** What holds back, where something does. */
    Optional<CalibratedBank> twin() {
        return twin;
    }

    /**
     * Decides a file as a worker would.
     *
     * @param sha256 of its bytes, lower-case hexadecimal
     * @param sight what was seen of it
     */
    public Judged judge(String sha256, Sight sight) {
        if (sight instanceof Sight.Refused refused) {
            return Judged.refused(refused.reason());
        }
        return judged(scored(sha256, (Sight.Seen) sight), (Sight.Seen) sight);
    }

    /**
     * Decides a file as a worker with a pair would.
     *
     * @param ofTwin what the twin sees of the same file
     */
    Judged judge(String sha256, Sight sight, Sight ofTwin) {
        return sight instanceof Sight.Seen seen && ofTwin instanceof Sight.Seen other
                ? judged(scored(sha256, seen).heldBackBy(twin.orElseThrow().scored(sha256, other)), seen)
                : judge(sha256, sight instanceof Sight.Seen ? ofTwin : sight);
    }

    private static Judged judged(ScoredImage scored, Sight.Seen sight) {
        return Judged.of(
                scored.judgement(),
                sight.views().stream().map(SeenImage.SeenView::name).toList());
    }

    private ScoredImage scored(String sha256, Sight.Seen sight) {
        return decider.decide(bank, policies, image(sha256, sight.views()));
    }

    /**
     * The cosine from which on a whole view is counted as a copy: the calibrated similarity of known content, but at
     * most {@value PolicySettings#DEFAULT_KNOWN_SIMILARITY}. Where the bank itself holds many copies, the calibration
     * finds one that no copy reaches.
     */
    double copySimilarity() {
        return Math.min(settings().knownSimilarity(), PolicySettings.DEFAULT_KNOWN_SIMILARITY);
    }

    /**
     * Those files whose whole is that similar to a file of the bank, in each of its looks: black ink on a transparent
     * ground is all black over black, and looks like any other.
     */
    List<NearCopy> nearCopies(List<LabelledFile> others, Sights sights) {
        return readable(others, sights).stream()
                .map(file -> mostSimilar(file, sights))
                .filter(near -> near.similarity() >= copySimilarity())
                .toList();
    }

    private NearCopy mostSimilar(LabelledFile file, Sights sights) {
        Map<String, Double> similarities = new TreeMap<>();
        for (List<Neighbour> look : nearest(seen(file, sights).whole(), references.size())) {
            look.stream()
                    .collect(Collectors.toMap(
                            CalibratedBank::hash, near -> (double) near.ownSimilarity(), Math::max, TreeMap::new))
                    .forEach((hash, similarity) -> similarities.merge(hash, similarity, Math::min));
        }
        return similarities.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(most -> new NearCopy(file, files.get(most.getKey()), most.getValue()))
                .orElseThrow();
    }

    private List<List<Neighbour>> nearest(List<SeenImage.SeenView> views, int k) {
        int dimension = bank.dimension();
        float[] rows = new float[views.size() * dimension];
        for (int row = 0; row < views.size(); row++) {
            System.arraycopy(views.get(row).embedding(), 0, rows, row * dimension, dimension);
        }
        return bank.nearest(rows, views.size(), k);
    }

    /** Of the file that a reference was made from. */
    private static String hash(Neighbour neighbour) {
        return neighbour.referenceId().substring(0, SHA256_CHARACTERS);
    }

    private static List<LabelledFile> readable(List<LabelledFile> files, Sights sights) {
        return files.stream()
                .filter(file -> sights.of(file) instanceof Sight.Seen)
                .toList();
    }

    private static Sight.Seen seen(LabelledFile file, Sights sights) {
        return (Sight.Seen) sights.of(file);
    }

    @Override
    public void close() {
        bank.close();
        twin.ifPresent(CalibratedBank::close);
    }

    /**
     * What a larger bank would bring: the same test files decided by growing parts of the bank, each calibrated on
     * the same calibration files. Nothing is embedded for it. One thread.
     *
     * @param encoder that looked at the files
     */
    record BankCurve(EncoderDescription encoder, AcceptanceSplit split, Sights sights, CalibrationGoal goal) {

        private static final double[] SHARES = {1.0 / 8, 1.0 / 4, 1.0 / 2, 1};

        /**
         * Smallest first. A part without a readable flagged or safe file, or no larger than the one before, is left
         * out.
         */
        public List<AcceptanceReport.BankSize> sizes() {
            List<AcceptanceReport.BankSize> sizes = new ArrayList<>();
            int largest = 0;
            for (double share : SHARES) {
                List<LabelledFile> part = split.bankPart(share).stream()
                        .filter(file -> sights.of(file) instanceof Sight.Seen)
                        .toList();
                boolean bothKinds = part.stream().anyMatch(LabelledFile::flagged)
                        && part.stream().anyMatch(file -> !file.flagged());
                if (bothKinds && part.size() > largest) {
                    largest = part.size();
                    sizes.add(size(part));
                }
            }
            return sizes;
        }

        private AcceptanceReport.BankSize size(List<LabelledFile> part) {
            try (CalibratedBank bank = CalibratedBank.of(encoder, part, split.calibration(), sights, goal)) {
                return new AcceptanceReport.BankSize(
                        bank.files(), outcomes(bank, LabelledFile::flagged), outcomes(bank, file -> !file.flagged()));
            }
        }

        private Judged.Outcomes outcomes(CalibratedBank bank, Predicate<LabelledFile> which) {
            List<LabelledFile> some = split.test().stream().filter(which).toList();
            return Judged.Outcomes.of(
                    some,
                    some.stream()
                            .map(file -> bank.judge(file.sha256(), sights.of(file)))
                            .toList());
        }
    }

    /**
     * A test file that looks like a file of the bank: another copy of the same picture, or one that the encoder cannot
     * tell from it.
     *
     * @param file the test file
     * @param of the most similar file of the bank
     * @param similarity cosine of their whole views, the least where the test file is transparent and has two
     */
    record NearCopy(LabelledFile file, LabelledFile of, double similarity) {}
}
