package io.bulwark.lab.audit;

import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.imaging.scaling.ScalingDetector;
import io.bulwark.perception.bank.Bank;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.flagged.FlaggedIndex;
import io.bulwark.perception.flagged.NearFlagged;
import io.bulwark.perception.verdict.Decider;
import io.bulwark.perception.verdict.Judgement.Outcome;
import io.bulwark.perception.verdict.Policies;
import io.bulwark.perception.verdict.PolicySettings;
import io.bulwark.perception.verdict.ScoredImage;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.VotingPolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The worker's own path, in this process and on one thread: decode, views, embed, search the bank and decide, with some
 * of the detectors or without. Kafka, fetching and the way to the decoder's process are left out: what a detector adds
 * is a smaller part of a worker that has them.
 */
final class DetectorCost {

    static final String TENANT = "default";
    private static final int LARGEST_BATCH = 16;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final StandardImageDecoder decoder = new StandardImageDecoder(DecodeLimits.standard());
    private final Encoder encoder;
    private final Preprocessor preprocessor;
    private final ScalingDetector scaling;
    private final Bank bank;
    private final FlaggedIndex index;
    private final NearFlagged rule;
    private final Policies policies;
    private final Decider decider;
    private final ByteBuffer buffer;

    /**
     * Detectors that are switched on. Who finds what lies near an entry also finds hash twins: one search, one angle.
     */
    enum Detectors {
        NONE,
        INDEX,
        SCALING,
        ALL;

        private boolean searchIndex() {
            return this == INDEX || this == ALL;
        }

        private boolean lookForTraces() {
            return this == SCALING || this == ALL;
        }
    }

    /**
     * @param encoder that computes on the thread which calls it
     * @param bank under which nothing is flagged: the index is searched for what is SAFE
     * @param index with entries of the tenant {@code default}
     */
    DetectorCost(Encoder encoder, Bank bank, FlaggedIndex index, NearFlagged rule) {
        this.encoder = encoder;
        this.preprocessor = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.COVER);
        this.scaling = new ScalingDetector(encoder.description().preprocess(), SamplingKey.publicKey());
        this.bank = bank;
        this.index = index;
        this.rule = rule;
        PolicySettings standard = PolicySettings.flagging(Set.of("nsfw"));
        this.policies = Policies.always(new VotingPolicy(new PolicySettings(
                standard.k(),
                standard.temperature(),
                -1,
                PolicySettings.NEVER_KNOWN,
                standard.thresholds(),
                standard.labels(),
                standard.unfamiliar(),
                standard.flaggedClasses())));
        this.decider = new Decider(encoder.description().headClasses());
        int pixels = encoder.description().preprocess().width()
                * encoder.description().preprocess().height()
                * 3;
        this.buffer = ByteBuffer.allocateDirect(LARGEST_BATCH * pixels);
    }

    /**
     * Cost of files that were processed together.
     *
     * @param millis of CPU that this thread spent on all of them; the CPU time of the whole process has steps of 10
     * @param safe how many were SAFE, which the index is searched for; the others have parts that no view shows
     */
    record Spent(double millis, int safe) {}

    /**
     * Judges files that come together.
     *
     * @throws IllegalStateException if a file cannot be decoded
     */
    Spent judge(List<byte[]> files, Detectors with) {
        long before = THREADS.getCurrentThreadCpuTime();
        List<List<View>> views =
                files.stream().map(file -> views(file, with.lookForTraces())).toList();
        List<SeenImage> seen = embed(views);
        List<ScoredImage> said = decider.decide(bank, policies, seen);
        if (with.searchIndex()) {
            List<NearFlagged.Decided> decided = new ArrayList<>();
            for (int i = 0; i < seen.size(); i++) {
                decided.add(
                        new NearFlagged.Decided(seen.get(i), "", said.get(i), PolicySettings.DEFAULT_THRESHOLDS, 0.5));
            }
            rule.hold(index, decided);
        }
        long after = THREADS.getCurrentThreadCpuTime();
        long safe = said.stream()
                .filter(each -> each.judgement().outcome() == Outcome.SAFE)
                .count();
        return new Spent((after - before) / 1e6, (int) safe);
    }

    private List<View> views(byte[] file, boolean lookForTraces) {
        return decoder.withDecoded(file, result -> {
            if (!(result instanceof Decoded picture)) {
                throw new IllegalStateException("A file cannot be decoded: " + result);
            }
            List<View> views = preprocessor.views(picture);
            if (lookForTraces) {
                scaling.inspect(picture, views);
            }
            return views;
        });
    }

    private List<SeenImage> embed(List<List<View>> images) {
        List<View> all = images.stream().flatMap(List::stream).toList();
        List<SeenImage.SeenView> seen = new ArrayList<>();
        for (int from = 0; from < all.size(); from += LARGEST_BATCH) {
            List<View> batch = all.subList(from, Math.min(from + LARGEST_BATCH, all.size()));
            buffer.clear();
            batch.forEach(view -> buffer.put(view.pixels()));
            Embeddings embeddings = encoder.embed(buffer.flip(), batch.size());
            for (int i = 0; i < batch.size(); i++) {
                seen.add(new SeenImage.SeenView(batch.get(i).name(), embeddings.embedding(i), new float[0]));
            }
        }
        List<SeenImage> together = new ArrayList<>();
        int next = 0;
        for (List<View> image : images) {
            together.add(
                    new SeenImage(TENANT, ContentHashes.NONE, List.copyOf(seen.subList(next, next + image.size()))));
            next += image.size();
        }
        return together;
    }
}
