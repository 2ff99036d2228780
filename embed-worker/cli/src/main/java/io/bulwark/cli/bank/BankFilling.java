package io.bulwark.cli.bank;

import io.bulwark.cli.bank.BankOptions.Embedders;
import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.cli.picture.LabelledPicture;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.cli.terminal.CommandFailure;
import io.bulwark.cli.terminal.Output;
import io.bulwark.events.LabelSource;
import io.bulwark.events.Reference;
import io.bulwark.perception.bank.HalfFloats;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import io.bulwark.schemas.topic.ReferenceKey;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Labelled pictures into a bank, for one model or for a model and its twin: each reference is written for all of them
 * under the same id, and confirmed together.
 */
public final class BankFilling {

    private final String bank;
    private final Embedders embedders;
    private final BankTopic topic;
    private final Provenance provenance;
    private final Optional<KeptVariants> augmentation;

    /**
     * @param bank the bank's name
     * @param embedders the models whose references these will be
     * @param topic where they go
     * @param provenance written beside each
     * @param augmentation which everyday variants references keep; empty for none
     * @throws CommandFailure if variants are to be kept and the topic is written in a release of the schemas without
     *     them
     */
    public BankFilling(
            String bank,
            Embedders embedders,
            BankTopic topic,
            Provenance provenance,
            Optional<KeptVariants> augmentation) {
        this.bank = bank;
        this.embedders = embedders;
        this.topic = topic;
        this.provenance = provenance;
        this.augmentation = augmentation;
        augmentation.ifPresent(augmented -> topic.requireVariants());
    }

    /**
     * Adds pictures; one whose id is there already takes its place.
     *
     * @param each called after each picture
     * @throws CommandFailure if not one of them is a picture
     */
    public Filled add(List<LabelledPicture> pictures, Consumer<LabelledPicture> each) {
        return fill(pictures, each, topic.read(), Set.of());
    }

    /**
     * Makes the bank hold these pictures and, for these models, nothing else. New references come before old ones go,
     * so that a worker never sees less than there is.
     *
     * @param each called after each picture
     * @throws CommandFailure if not one of them is a picture
     */
    public Filled replaceBy(List<LabelledPicture> pictures, Consumer<LabelledPicture> each) {
        Set<ReferenceKey> present = new HashSet<>();
        BankTopic.Content content = topic.read();
        for (EncoderDescription model : embedders.descriptions()) {
            content.of(bank, model.fingerprint()).forEach(stored -> present.add(stored.key()));
        }
        return fill(pictures, each, content, present);
    }

    private Filled fill(
            List<LabelledPicture> pictures,
            Consumer<LabelledPicture> each,
            BankTopic.Content before,
            Set<ReferenceKey> outdated) {
        Set<ReferenceKey> written = new HashSet<>();
        List<String> refused = new ArrayList<>();
        Optional<VariantTally> tally = augmentation.map(
                augmented -> new VariantTally(augmented.choice().nearest()));
        for (LabelledPicture picture : pictures) {
            embed(picture, tally, refused).forEach((model, embedded) -> write(picture, model, embedded, written));
            each.accept(picture);
        }
        if (written.isEmpty()) {
            throw CommandFailure.failed("none of the " + pictures.size() + " files is a picture; the first: "
                    + refused.get(0) + ". The bank is as it was.");
        }
        List<ReferenceKey> gone =
                outdated.stream().filter(key -> !written.contains(key)).toList();
        topic.confirm();
        gone.forEach(topic::remove);
        topic.confirm();
        int models = embedders.all().size();
        return new Filled(
                written.size() / models,
                gone.size() / models,
                refused,
                tally,
                augmentation.isPresent() ? 0 : before.varied(written));
    }

    /** A picture as each model sees it; as none where one of them refuses it, so that all have the same references. */
    private Map<EncoderDescription, PictureEmbedder.Result.Embedded> embed(
            LabelledPicture picture, Optional<VariantTally> tally, List<String> refused) {
        Map<EncoderDescription, PictureEmbedder.Result.Embedded> byModel = new LinkedHashMap<>();
        List<String> looks = List.of();
        for (PictureEmbedder embedder : embedders.all()) {
            PictureEmbedder.Result result = embedder.whole(picture.file(), looks);
            if (result instanceof PictureEmbedder.Result.Refused refusal) {
                refused.add(picture.file() + ": " + refusal.why());
                return Map.of();
            }
            PictureEmbedder.Result.Embedded embedded = (PictureEmbedder.Result.Embedded) result;
            looks = embedded.views().stream().map(SeenView::name).toList();
            byModel.put(embedder.description(), varied(embedded, picture, embedder, tally));
        }
        return byModel;
    }

    /** With the variants that are kept, where some are. */
    private PictureEmbedder.Result.Embedded varied(
            PictureEmbedder.Result.Embedded embedded,
            LabelledPicture picture,
            PictureEmbedder embedder,
            Optional<VariantTally> tally) {
        if (augmentation.isEmpty()) {
            return embedded;
        }
        long start = System.nanoTime();
        float[] own = embedded.views().get(0).embedding();
        KeptVariants.Variants variants = embedder.variants(picture.bytes(), own, augmentation.get());
        tally.ifPresent(counted -> counted.add(own, variants, System.nanoTime() - start));
        return embedded.with(variants.chosen());
    }

    private void write(
            LabelledPicture picture,
            EncoderDescription model,
            PictureEmbedder.Result.Embedded embedded,
            Set<ReferenceKey> written) {
        for (SeenView view : embedded.views()) {
            ReferenceKey key = new ReferenceKey(bank, model.fingerprint(), picture.referenceId(view.name()));
            // Variants are of the picture as it is shown, over white: the first view's.
            List<ReferenceVariant> variants = view == embedded.views().get(0) ? embedded.variants() : List.of();
            topic.put(key, reference(picture, view, embedded.sha256().hex(), variants));
            written.add(key);
        }
    }

    private Reference reference(
            LabelledPicture picture, SeenView view, String sha256, List<ReferenceVariant> variants) {
        return Reference.newBuilder()
                .setLabel(picture.label())
                .setEmbedding(ByteBuffer.wrap(HalfFloats.encode(view.embedding())))
                .setSourceSha256(sha256)
                .setAddedBy(provenance.addedBy())
                .setAddedAt(provenance.addedAt())
                .setLabelSource(provenance.labelSource())
                .setVariants(variants.stream()
                        .map(variant -> new io.bulwark.events.ReferenceVariant(
                                variant.name(), ByteBuffer.wrap(HalfFloats.encode(variant.embedding()))))
                        .toList())
                .build();
    }

    /**
     * Who says so.
     *
     * @param addedBy a person or a tool
     * @param labelSource where the labels come from
     * @param addedAt now
     */
    public record Provenance(String addedBy, LabelSource labelSource, Instant addedAt) {}

    /**
     * What was done.
     *
     * @param references written, for each of the models
     * @param removed references of the same bank and a model that are no longer, for each of the models
     * @param refused files that are no pictures, with the reason
     * @param variants what was kept of everyday variants, for all models together; empty where none were to be
     * @param bared references, of all models together, that had variants before and have none now
     */
    public record Filled(
            int references, int removed, List<String> refused, Optional<VariantTally> variants, int bared) {}

    /**
     * What everyday variants cost a bank and what they bring it: how near each variant that was looked at is to its
     * reference, by the picture's own row alone and by all rows that are kept. One thread.
     */
    static final class VariantTally {

        private final double nearest;
        private final Map<String, Integer> kept = new TreeMap<>();
        private int references;
        private int lookedAt;
        private int nearBefore;
        private int nearAfter;
        private int dimension;
        private long nanos;

        /** @param nearest cosine from which on a variant counts as near, as the choice takes it */
        VariantTally(double nearest) {
            this.nearest = nearest;
        }

        /** @param took nanoseconds */
        void add(float[] own, KeptVariants.Variants variants, long took) {
            references++;
            dimension = own.length;
            nanos += took;
            lookedAt += variants.candidates().size();
            List<float[]> rows = new ArrayList<>(List.of(own));
            for (ReferenceVariant variant : variants.chosen()) {
                kept.merge(variant.name(), 1, Integer::sum);
                rows.add(variant.embedding());
            }
            for (ReferenceVariant candidate : variants.candidates()) {
                nearBefore += isNear(candidate, rows.subList(0, 1)) ? 1 : 0;
                nearAfter += isNear(candidate, rows) ? 1 : 0;
            }
        }

        private boolean isNear(ReferenceVariant variant, List<float[]> rows) {
            return rows.stream().anyMatch(row -> dot(row, variant.embedding()) >= nearest);
        }

        private static double dot(float[] a, float[] b) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                sum += (double) a[i] * b[i];
            }
            return sum;
        }

        private int rows() {
            return kept.values().stream().mapToInt(Integer::intValue).sum();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "variants: %d rows kept beside %d pictures, %.1f each, %.1f MB of memory, %.1f s; of %d variants looked at "
                            + "%.1f %% lie within %.2f of their reference, before %.1f %%; kept are %s",
                    rows(),
                    references,
                    share(rows(), references),
                    megabytes(),
                    nanos / 1e9,
                    lookedAt,
                    100 * share(nearAfter, lookedAt),
                    nearest,
                    100 * share(nearBefore, lookedAt),
                    kept);
        }

        Map<String, Object> fields() {
            Map<String, Object> fields = Output.fields(
                    "pictures",
                    references,
                    "rows",
                    rows(),
                    "megabytes",
                    megabytes(),
                    "seconds",
                    nanos / 1e9,
                    "lookedAt",
                    lookedAt,
                    "nearBefore",
                    share(nearBefore, lookedAt),
                    "nearAfter",
                    share(nearAfter, lookedAt),
                    "kept",
                    kept);
            return fields;
        }

        /** Each row lies in a worker's native memory and on its heap. */
        private double megabytes() {
            return 2.0 * rows() * dimension * Float.BYTES / 1e6;
        }

        private static double share(int some, int all) {
            return all == 0 ? 0 : (double) some / all;
        }
    }
}
