package io.bulwark.cli.picture;

import io.bulwark.cli.everyday.Edit;
import io.bulwark.cli.picture.FileViewer.JudgedViews;
import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.cli.terminal.InputFile;
import io.bulwark.imaging.DecodeLimits;
import io.bulwark.imaging.DecodeResult;
import io.bulwark.imaging.ImageDecoder;
import io.bulwark.imaging.decode.StandardImageDecoder;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.preprocess.Preprocessor;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.imaging.preprocess.ViewPolicy;
import io.bulwark.perception.bank.Bank.ContentHashes;
import io.bulwark.perception.bank.LabelledEmbedding;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.encoder.Encoder;
import io.bulwark.perception.encoder.Encoder.Embeddings;
import io.bulwark.perception.encoder.EncoderDescription;
import io.bulwark.perception.hash.Sha256;
import io.bulwark.perception.metric.NearDuplicates;
import io.bulwark.perception.verdict.SeenImage;
import io.bulwark.perception.verdict.SeenImage.SeenView;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Picture files to the embeddings of their views. One thread, always the same, uses it; it owns the encoder. */
public final class PictureEmbedder implements FileViewer, AutoCloseable {

    /** Why a picture becomes no reference that has no view with content, as a verdict says. */
    private static final String PLAIN = "PLAIN";

    /** Why a picture is refused that the encoder has no embedding for, as a verdict says. */
    private static final String ENCODER_FAILED = "ENCODER_FAILED";

    private final Encoder encoder;
    private final ImageDecoder decoder;
    private final Preprocessor whole;
    private final Preprocessor judged;

    /**
     * By the worker's default views.
     *
     * @param encoder closed with this
     */
    public PictureEmbedder(Encoder encoder) {
        this(encoder, JpegReduction.none(), JudgedViews.standard());
    }

    /**
     * @param encoder closed with this
     * @param reduction of large JPEGs as they are decoded; part of the description's fingerprint
     * @param views that are judged
     */
    public PictureEmbedder(Encoder encoder, JpegReduction reduction, JudgedViews views) {
        this.encoder = encoder.after(reduction);
        this.decoder = new StandardImageDecoder(DecodeLimits.standard(), reduction);
        whole = Preprocessor.moderation(encoder.description().preprocess(), ViewPolicy.SQUASH);
        judged = Preprocessor.moderation(encoder.description().preprocess(), views.policy(), views.options())
                .after(reduction);
    }

    /** What embeds. */
    public EncoderDescription description() {
        return encoder.description();
    }

    /**
     * The whole of the first frame, as a reference: one view, or up to three where the picture is transparent. Refused
     * where none of them has content.
     */
    public Result whole(Path file) {
        return whole(file, List.of());
    }

    /**
     * The same looks at it as a reference of another model has, so that banks of two models hold the same.
     *
     * @param looks names of the other's views of this file; empty where this is the first
     */
    public Result whole(Path file, List<String> looks) {
        Result result = embed(file, whole, true, looks);
        return result instanceof Result.Embedded embedded && embedded.seen().isPlain()
                ? new Result.Refused(PLAIN + ": it is of one colour, which is evidence of nothing")
                : result;
    }

    /**
     * The variants of a picture that a bank looks at and keeps.
     *
     * @param file that can be decoded
     * @param own the row of its whole
     */
    public KeptVariants.Variants variants(byte[] file, float[] own, KeptVariants augmentation) {
        return picture(file)
                .map(picture -> augmentation.of(picture, Sha256.digest(file), own, this::wholeOf))
                .orElse(KeptVariants.Variants.NONE);
    }

    /**
     * How the whole of the first frame looks, over white where it is transparent; empty where it is no picture or has no
     * embedding.
     */
    public Optional<Appearance> appearance(byte[] file) {
        if (!(decoder.decode(file) instanceof DecodeResult.Decoded picture)) {
            return Optional.empty();
        }
        View view = whole.views(DecodeResult.Decoded.still(
                        picture.format(), picture.frames().get(0)))
                .get(0);
        List<SeenView> seen = views(List.of(view));
        return fault(seen).isPresent()
                ? Optional.empty()
                : Optional.of(new Appearance(
                        seen.get(0).embedding(),
                        NearDuplicates.thumbnail(
                                view.pixels(),
                                whole.spec().height(),
                                whole.spec().width())));
    }

    /**
     * What near-duplicates have in common.
     *
     * @param embedding of the whole
     * @param thumbnail block means of the same pixels
     */
    public record Appearance(float[] embedding, float[] thumbnail) {}

    /** The first frame as it is looked at, shrunk as people do before they change a picture; empty where it is none. */
    public Optional<UprightPicture> picture(byte[] file) {
        return Edit.start(file, decoder);
    }

    private float[] wholeOf(UprightPicture picture) {
        return views(whole.views(picture.still())).get(0).embedding();
    }

    /**
     * All that a worker judges of a picture that was never a file; empty where the encoder has no embedding for it.
     *
     * @param looks for a twin, names of the views that its encoder judges; else empty
     */
    public Optional<List<SeenView>> judged(UprightPicture picture, List<String> looks) {
        List<SeenView> views =
                views(looks.isEmpty() ? judged.judged(picture.still()) : judged.judged(picture.still(), looks));
        return fault(views).isPresent() ? Optional.empty() : Optional.of(views);
    }

    /** All that a worker judges. */
    public Result judged(Path file) {
        return embed(file, judged, false, List.of());
    }

    /**
     * What a worker's twin sees of what it judges.
     *
     * @param looks names of the views that its encoder judges of this file; empty for what a worker judges
     */
    public Result judged(Path file, List<String> looks) {
        return embed(file, judged, false, looks);
    }

    /** The fingerprint of what a worker judges, which its verdicts name. */
    public String preprocessFingerprint() {
        return judged.fingerprint();
    }

    /** The references that a bank has of these pictures; files that are no pictures are left out. */
    public List<LabelledEmbedding> references(List<LabelledPicture> pictures) {
        return references(pictures, picture -> {});
    }

    /** The same. @param done told of each picture, with or without references */
    public List<LabelledEmbedding> references(List<LabelledPicture> pictures, Consumer<LabelledPicture> done) {
        List<LabelledEmbedding> references = new ArrayList<>();
        for (LabelledPicture picture : pictures) {
            if (whole(picture.file()) instanceof Result.Embedded embedded) {
                for (SeenView view : embedded.views()) {
                    references.add(new LabelledEmbedding(
                            picture.referenceId(view.name()),
                            picture.label(),
                            view.embedding(),
                            Optional.of(embedded.sha256())));
                }
            }
            done.accept(picture);
        }
        return references;
    }

    /** All that a worker judges, and which of it a bank would keep. */
    @Override
    public Sight look(byte[] file) {
        return decoder.withDecoded(file, this::look);
    }

    private Sight look(DecodeResult result) {
        if (result instanceof DecodeResult.Refused refused) {
            return new Sight.Refused(refused.refusal().name());
        }
        DecodeResult.Decoded picture = (DecodeResult.Decoded) result;
        List<SeenView> views = views(judged.judged(picture));
        if (fault(views).isPresent()) {
            return new Sight.Refused(ENCODER_FAILED);
        }
        boolean plain = views.stream().allMatch(view -> View.isPlain(view.name()));
        return plain ? new Sight.Refused(PLAIN) : seen(picture, views);
    }

    /** The whole of the first frame looks the same among all views as alone, but for its name. */
    private static Sight seen(DecodeResult.Decoded picture, List<SeenView> views) {
        String frame = picture.totalFrames() == 1
                ? ""
                : "frame-" + picture.frameNumbers().get(0) + "/";
        String name = frame + LabelledPicture.WHOLE;
        List<SeenView> whole = views.stream()
                .filter(view -> !View.isPlain(view.name()))
                .map(view -> new SeenView(View.look(view.name()), view.embedding(), view.headProbabilities()))
                .filter(view -> view.name().equals(name) || view.name().startsWith(name + "/"))
                .map(view ->
                        new SeenView(view.name().substring(frame.length()), view.embedding(), view.headProbabilities()))
                .toList();
        return new Sight.Seen(whole, views);
    }

    /** @param looks by name; empty for the preprocessor's own choice */
    private Result embed(Path file, Preprocessor preprocessor, boolean firstFrame, List<String> looks) {
        byte[] bytes = InputFile.bytes(file);
        DecodeResult result = decoder.decode(bytes);
        if (result instanceof DecodeResult.Refused refused) {
            return new Result.Refused(refused.refusal() + ": " + refused.detail());
        }
        DecodeResult.Decoded picture = (DecodeResult.Decoded) result;
        if (firstFrame) {
            picture = DecodeResult.Decoded.still(
                    picture.format(), picture.frames().get(0));
        }
        List<SeenView> views =
                views(looks.isEmpty() ? preprocessor.judged(picture) : preprocessor.judged(picture, looks));
        return fault(views)
                .<Result>map(why -> new Result.Refused(ENCODER_FAILED + ": " + why))
                .orElseGet(() -> new Result.Embedded(Sha256.digest(bytes), views));
    }

    private static Optional<String> fault(List<SeenView> views) {
        return new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.NONE, views).fault();
    }

    private List<SeenView> views(List<View> looks) {
        List<SeenView> views = new ArrayList<>();
        for (View view : looks) {
            ByteBuffer pixels = ByteBuffer.allocateDirect(view.pixels().length);
            Embeddings embeddings = encoder.embed(pixels.put(view.pixels()).flip(), 1);
            views.add(new SeenView(view.name(), embeddings.embedding(0), embeddings.classProbabilities(0)));
        }
        return views;
    }

    @Override
    public void close() {
        encoder.close();
    }

    /** The result of embedding a file. */
    public sealed interface Result {

        /**
         * It is a picture.
         *
         * @param sha256 of the file
         * @param views at least one
         * @param variants of the first view; none unless they were asked for
         */
        record Embedded(Sha256 sha256, List<SeenView> views, List<ReferenceVariant> variants) implements Result {

            Embedded(Sha256 sha256, List<SeenView> views) {
                this(sha256, views, List.of());
            }

            public Embedded with(List<ReferenceVariant> others) {
                return new Embedded(sha256, views, others);
            }

            /** As it is decided, of the default tenant. */
            public SeenImage seen() {
                return new SeenImage(SeenImage.DEFAULT_TENANT, ContentHashes.of(sha256), views);
            }
        }

        /**
         * It is none that can be read, or none that the encoder has an embedding for.
         *
         * @param why for people
         */
        record Refused(String why) implements Result {}
    }
}
