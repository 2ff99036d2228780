package io.bulwark.imaging.preprocess;

import io.bulwark.imaging.DecodeResult.Decoded;
import io.bulwark.imaging.Raster;
import io.bulwark.imaging.SamplingKey;
import io.bulwark.imaging.jpeg.JpegReduction;
import io.bulwark.imaging.mask.InsetMask;
import io.bulwark.imaging.mask.TextMask;
import io.bulwark.imaging.preprocess.Cover.PlannedView;
import io.bulwark.imaging.rows.PillowColour;
import io.bulwark.imaging.rows.PixelRows;
import io.bulwark.imaging.rows.Transparency;
import io.bulwark.imaging.structure.Layout;
import io.bulwark.imaging.structure.Scene;
import io.bulwark.imaging.structure.Scene.Area;
import io.bulwark.imaging.structure.Scene.Glimpse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The worker's preprocessing: see the package for what it changes against the originals and why. */
final class ModerationPreprocessor implements Preprocessor {

    /** Raised when the same settings would give other pixels. */
    private static final String VERSION = "moderation 5";

    private final PreprocessSpec spec;
    private final ViewPolicy policy;
    private final ModerationOptions options;
    private final SamplingKey key;
    private final Resampler resampler = new Resampler();
    private final Optional<TextRemoval> removal;
    private final Optional<InsetFinder> insets;
    private final String fingerprint;

    ModerationPreprocessor(PreprocessSpec spec, ViewPolicy policy, ModerationOptions options, SamplingKey key) {
        this(spec, policy, options, key, TextMask::bundled, InsetMask::bundled);
    }

    /**
     * @param mask asked for where text is looked behind
     * @param insetMask asked for where pictures within pictures are looked for
     */
    ModerationPreprocessor(
            PreprocessSpec spec,
            ViewPolicy policy,
            ModerationOptions options,
            SamplingKey key,
            Supplier<TextMask> mask,
            Supplier<InsetMask> insetMask) {
        if (options.quarterTurns() && spec.width() != spec.height()) {
            throw new IllegalArgumentException(
                    "Quarter turns need an encoder with a square input, found " + spec.height() + "x" + spec.width());
        }
        this.spec = spec;
        this.policy = policy;
        this.options = options;
        this.key = key;
        this.removal = options.text() && policy == ViewPolicy.COVER
                ? Optional.of(new TextRemoval(mask.get(), resampler))
                : Optional.empty();
        this.insets = (options.rectangles() || options.insets()) && policy == ViewPolicy.COVER
                ? Optional.of(new InsetFinder(
                        options.rectangles(),
                        options.insets() ? Optional.of(insetMask.get()) : Optional.empty(),
                        resampler))
                : Optional.empty();
        this.fingerprint =
                PreprocessSpec.sha256(VERSION + " " + policy + " " + options.canonical() + " " + spec.canonical()
                        + removal.map(text -> " " + text.fingerprint()).orElse("")
                        + insets.map(InsetFinder::fingerprint).orElse(""));
    }

    @Override
    public List<View> views(Decoded picture) {
        List<View> views = new ArrayList<>();
        upright(picture).forEach(view -> addPoses(view, views));
        return views;
    }

    @Override
    public List<View> judged(Decoded picture) {
        List<View> chosen = ViewChoice.of(picture, upright(picture));
        List<View> views = new ArrayList<>();
        chosen.forEach(view -> addPoses(view, views));
        Set<ByteBuffer> seen = new HashSet<>();
        chosen.forEach(view -> seen.add(ByteBuffer.wrap(view.pixels())));
        // A turned view that looks like another one says nothing new.
        views.removeIf(view -> !chosen.contains(view) && !seen.add(ByteBuffer.wrap(view.pixels())));
        return views;
    }

    private List<View> upright(Decoded picture) {
        List<View> views = new ArrayList<>();
        boolean still = picture.totalFrames() == 1;
        for (int i = 0; i < picture.frames().size(); i++) {
            String prefix = still ? "" : "frame-" + picture.frameNumbers().get(i) + "/";
            addViews(picture.frames().get(i), prefix, still, views);
        }
        return views;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public PreprocessSpec spec() {
        return spec;
    }

    private void addViews(Raster raster, String prefix, boolean still, List<View> views) {
        Pose pose = Pose.ofExif(raster.orientation());
        boolean translucent = Transparency.isReal(raster);
        Plan plan = plan(raster, pose, translucent, still);
        List<PlannedView> looks = plan.looks();
        if (translucent) {
            addTranslucent(raster, pose, prefix, looks, views);
        } else {
            List<byte[]> seen = see(PixelRows.opaque(raster), pose, looks);
            for (int i = 0; i < looks.size(); i++) {
                views.add(new View(prefix + looks.get(i).name(), rgb(seen.get(i))));
            }
        }
        addFilled(plan.scenes(), prefix, views);
    }

    /** What is seen once more with cells filled, of each scene: small copies are upright already. */
    private void addFilled(List<Scene> scenes, String prefix, List<View> views) {
        for (int i = 0; i < scenes.size(); i++) {
            for (FilledPart part : filled(scenes.get(i))) {
                Raster filled = part.filled(scenes.get(i).glimpse());
                byte[] seen = resampler.resize(
                        PixelRows.plain(filled),
                        Area.of(filled.width(), filled.height()),
                        Resampler.Target.whole(spec.width(), spec.height()),
                        spec.interpolation());
                String name = prefix + part.name();
                if (filled.mode() == Raster.Mode.RGBA) {
                    views.add(new View(name + "/white", over(seen, 255)));
                    views.add(new View(name + "/black", over(seen, 0)));
                } else {
                    // Behind a translucent scene stands that of the same picture with its alpha dropped.
                    views.add(new View(name + (i == 0 ? "" : "/opaque"), rgb(seen)));
                }
            }
        }
    }

    private List<FilledPart> filled(Scene scene) {
        List<FilledPart> parts = new ArrayList<>();
        removal.flatMap(text -> text.of(scene.glimpse())).ifPresent(parts::add);
        if (options.structure()) {
            scene.round().map(round -> FilledPart.round(scene.glimpse(), round)).ifPresent(parts::add);
        }
        return parts;
    }

    /** What of an opaque picture is seen once more with cells of its small copy filled. */
    List<FilledPart> filled(Raster raster) {
        return plan(raster, Pose.ofExif(raster.orientation()), false, true).scenes().stream()
                .flatMap(scene -> filled(scene).stream())
                .toList();
    }

    /**
     * What is to be seen of a picture.
     *
     * @param scenes what first looks showed; none where none was taken
     */
    private record Plan(List<PlannedView> looks, List<Scene> scenes) {}

    /** What is to be seen of a picture. */
    List<PlannedView> looks(Raster raster, boolean still) {
        return plan(raster, Pose.ofExif(raster.orientation()), Transparency.isReal(raster), still)
                .looks();
    }

    private Plan plan(Raster raster, Pose pose, boolean translucent, boolean still) {
        int width = pose.swapsSides() ? raster.height() : raster.width();
        int height = pose.swapsSides() ? raster.width() : raster.height();
        if (policy != ViewPolicy.COVER) {
            return new Plan(PlannedView.of(policy, spec, width, height), List.of());
        }
        Cover cover = new Cover(
                width,
                height,
                options.middle(),
                still ? options.maxTiles() : options.maxTilesOfFrame(),
                still ? options.detailFrom() : ModerationOptions.NEVER_IN_DETAIL,
                options.details());
        boolean looksForInsets = options.insets() || still && options.rectangles();
        if (!options.structure() && !cover.draws() && !options.text() && !looksForInsets) {
            return new Plan(cover.looks(spec, List.of(), Layout.NONE, key), List.of());
        }
        if (!translucent) {
            Scene scene = scene(PixelRows.opaque(raster), pose, width, height);
            return plan(cover, still, List.of(scene), scene.layout());
        }
        Scene scene = scene(PixelRows.translucent(raster), pose, width, height);
        boolean hides = HiddenColours.in(raster, List.of(Area.of(raster.width(), raster.height())))[0];
        if (!hides) {
            return plan(cover, still, List.of(scene), scene.layout());
        }
        // A program without alpha shows what alpha hides.
        Scene hidden = scene(PixelRows.opaque(raster), pose, width, height);
        return plan(cover, still, List.of(scene, hidden), scene.layout().and(hidden.layout()));
    }

    private Plan plan(Cover cover, boolean still, List<Scene> scenes, Layout layout) {
        List<PlannedView> looks = new ArrayList<>(cover.looks(spec, scenes, layout, key));
        insets.ifPresent(finder ->
                looks.addAll(finder.looks(scenes, seen(layout, looks), spec, cover.width(), cover.height(), still)));
        return new Plan(looks, scenes);
    }

    /** Contents, panels and quarters with a look: there may be more of them than looks. */
    private static List<Area> seen(Layout layout, List<PlannedView> looks) {
        Set<Area> boxes = looks.stream().map(PlannedView::box).collect(Collectors.toSet());
        return Stream.of(layout.contents(), layout.panels(), layout.quarters())
                .flatMap(List::stream)
                .filter(boxes::contains)
                .toList();
    }

    /** By one filter whatever the encoder's is, so that encoders side by side look at the same. */
    private Scene scene(PixelRows rows, Pose pose, int width, int height) {
        Area size = Glimpse.sizeFor(width, height);
        PlannedView all =
                new PlannedView("glimpse", Area.of(width, height), Resampler.Target.whole(size.width(), size.height()));
        byte[] cells = see(rows, pose, List.of(all), PreprocessSpec.Interpolation.BILINEAR)
                .get(0);
        return Scene.of(
                new Glimpse(size.width(), size.height(), rows.channels(), cells), width, height, options.structure());
    }

    private void addTranslucent(Raster raster, Pose pose, String prefix, List<PlannedView> looks, List<View> views) {
        PixelRows rows = PixelRows.translucent(raster);
        List<byte[]> seen = see(rows, pose, looks);
        boolean[] hides = HiddenColours.in(
                raster,
                looks.stream().map(look -> stored(rows, pose, look).box()).toList());
        List<PlannedView> hiding = IntStream.range(0, hides.length)
                .filter(i -> hides[i])
                .mapToObj(looks::get)
                .toList();
        Iterator<byte[]> opaque = hiding.isEmpty()
                ? Collections.emptyIterator()
                : see(PixelRows.opaque(raster), pose, hiding).iterator();
        for (int i = 0; i < looks.size(); i++) {
            String name = prefix + looks.get(i).name();
            views.add(new View(name + "/white", over(seen.get(i), 255)));
            views.add(new View(name + "/black", over(seen.get(i), 0)));
            if (hides[i]) {
                views.add(new View(name + "/opaque", rgb(opaque.next())));
            }
        }
    }

    /** The looks as they are seen, in the channels of the rows. */
    private List<byte[]> see(PixelRows rows, Pose pose, List<PlannedView> looks) {
        return see(rows, pose, looks, spec.interpolation());
    }

    private List<byte[]> see(PixelRows rows, Pose pose, List<PlannedView> looks, PreprocessSpec.Interpolation filter) {
        List<Resampler.Part> parts =
                looks.stream().map(look -> stored(rows, pose, look)).toList();
        List<byte[]> stored = resampler.resize(rows, parts, filter);
        return IntStream.range(0, parts.size())
                .mapToObj(i -> {
                    Area window = parts.get(i).target().window();
                    byte[] seen = pose.see(stored.get(i), window.width(), window.height(), rows.channels());
                    return looks.get(i)
                            .levelling()
                            .map(levelling -> levelling.see(seen, rows.channels()))
                            .orElse(seen);
                })
                .toList();
    }

    /** The part as it is stored: the small result is turned, which costs less than turning the picture. */
    private static Resampler.Part stored(PixelRows rows, Pose pose, PlannedView look) {
        Area box = pose.stored(look.box(), rows.width(), rows.height());
        Resampler.Target target = look.target();
        int width = pose.swapsSides() ? target.height() : target.width();
        int height = pose.swapsSides() ? target.width() : target.height();
        Area window = pose.stored(target.window(), width, height);
        return new Resampler.Part(box, new Resampler.Target(width, height, window));
    }

    private void addPoses(View upright, List<View> views) {
        String name = upright.name();
        byte[] pixels = upright.pixels();
        views.add(upright);
        if (options.quarterTurns()) {
            views.add(posed(name + "/turn-90", pixels, Pose.TURNED_90));
            views.add(posed(name + "/turn-180", pixels, Pose.TURNED_180));
            views.add(posed(name + "/turn-270", pixels, Pose.TURNED_270));
        }
        if (options.mirror()) {
            views.add(posed(name + "/mirror", pixels, Pose.MIRRORED));
        }
    }

    private View posed(String name, byte[] pixels, Pose pose) {
        return new View(name, pose.see(pixels, spec.width(), spec.height(), 3));
    }

    /** Lays multiplied RGBA over a gray level. */
    private static byte[] over(byte[] rgba, int level) {
        int pixels = rgba.length / 4;
        byte[] rgb = new byte[pixels * 3];
        for (int i = 0; i < pixels; i++) {
            int behind = PillowColour.scale(level, 255 - (rgba[4 * i + 3] & 0xff));
            for (int c = 0; c < 3; c++) {
                rgb[3 * i + c] = (byte) Math.min(255, (rgba[4 * i + c] & 0xff) + behind);
            }
        }
        return rgb;
    }

    /** Gray becomes RGB, RGB stays as it is. */
    private byte[] rgb(byte[] seen) {
        if (seen.length == spec.width() * spec.height() * 3) {
            return seen;
        }
        return grayToRgb(seen);
    }

    private static byte[] grayToRgb(byte[] gray) {
        byte[] rgb = new byte[gray.length * 3];
        for (int i = 0; i < gray.length; i++) {
            rgb[3 * i] = gray[i];
            rgb[3 * i + 1] = gray[i];
            rgb[3 * i + 2] = gray[i];
        }
        return rgb;
    }

    /**
     * A preprocessor of pictures that were reduced in decoding.
     *
     * @param whole what makes the views
     * @param reduction what was done before
     */
    record AfterReduction(Preprocessor whole, JpegReduction reduction) implements Preprocessor {

        @Override
        public List<View> views(Decoded picture) {
            return whole.views(picture);
        }

        @Override
        public List<View> judged(Decoded picture) {
            return whole.judged(picture);
        }

        @Override
        public String fingerprint() {
            return PreprocessSpec.sha256(whole.fingerprint() + " " + reduction.canonical());
        }

        @Override
        public PreprocessSpec spec() {
            return whole.spec();
        }
    }
}
