package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.FileViewer.ChangedVersions;
import io.bulwark.cli.picture.FileViewer.KeptVariants;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.lab.evaluate.acceptance.AcceptanceSplit.LabelledFile;
import io.bulwark.lab.experiment.EvaluationProgress;
import io.bulwark.lab.experiment.OrderedTasks;
import io.bulwark.perception.bank.LabelledEmbedding.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every file of a split looked at once and kept, as four bytes for each view and dimension. Other files, such as edited
 * ones, are looked at when they are asked for and forgotten. As many threads as the viewer takes.
 */
public final class Sights {

    private final FileViewer viewer;
    private final Map<String, Sight> kept = new HashMap<>();
    private final Map<String, List<ReferenceVariant>> variants = new HashMap<>();
    private final Map<String, FileViewer.ChangedSight> changed = new HashMap<>();

    private Sights(FileViewer viewer) {
        this.viewer = viewer;
    }

    /**
     * Looks at all files of all sides, on this thread.
     *
     * @param progress told of each file; a file that is no picture counts as fooled
     * @throws java.io.UncheckedIOException if one cannot be read any more
     */
    public static Sights of(AcceptanceSplit split, FileViewer viewer, EvaluationProgress progress) {
        return of(split, viewer, 1, progress);
    }

    /** The same with several encoders at once. */
    public static Sights of(AcceptanceSplit split, EncoderPool viewer, EvaluationProgress progress) {
        return of(split, viewer, viewer.size(), progress);
    }

    private static Sights of(AcceptanceSplit split, FileViewer viewer, int threads, EvaluationProgress progress) {
        Sights sights = new Sights(viewer);
        List<List<LabelledFile>> sides = List.of(split.bank(), split.calibration(), split.test());
        progress.begin("files", sides.stream().mapToInt(List::size).sum());
        try (OrderedTasks<Looked> tasks = new OrderedTasks<>(threads, looked -> {
            looked.keepIn(sights);
            progress.advanced(1, looked.sight instanceof Sight.Refused ? 1 : 0);
        })) {
            for (List<LabelledFile> side : sides) {
                side.forEach(file ->
                        tasks.give(() -> Looked.at(file, viewer, side == split.bank(), side == split.calibration())));
            }
            tasks.finish();
        }
        return sights;
    }

    private record Looked(
            LabelledFile file,
            Sight sight,
            List<ReferenceVariant> variants,
            Optional<FileViewer.ChangedSight> changed) {

        static Looked at(LabelledFile file, FileViewer viewer, boolean isReference, boolean calibrates) {
            byte[] bytes = file.bytes();
            Sight sight = viewer.look(bytes);
            return new Looked(
                    file,
                    sight,
                    isReference && sight instanceof Sight.Seen seen ? viewer.variants(bytes, seen) : List.of(),
                    calibrates ? viewer.changed(bytes) : Optional.empty());
        }

        void keepIn(Sights sights) {
            sights.kept.put(file.sha256(), sight);
            sights.variants.put(file.sha256(), variants);
            changed.ifPresent(other -> sights.changed.put(file.sha256(), other));
        }
    }

    /** What was seen of a file of the split. */
    Sight of(LabelledFile file) {
        return kept.get(file.sha256());
    }

    /** The variants that the bank keeps of a file of its side; none of other files. */
    List<ReferenceVariant> variants(LabelledFile file) {
        return variants.getOrDefault(file.sha256(), List.of());
    }

    /** What was seen of a calibration file after something that people do; empty where that was not looked at. */
    Optional<FileViewer.ChangedSight> changed(LabelledFile file) {
        return Optional.ofNullable(changed.get(file.sha256()));
    }

    /** What is seen of any file. */
    public Sight of(byte[] file) {
        Sight seen = kept.get(Sha256.digest(file).hex());
        return seen != null ? seen : viewer.look(file);
    }

    /** Which of these files of the split are no pictures. */
    public List<LabelledFile> refused(List<LabelledFile> files) {
        return files.stream().filter(file -> of(file) instanceof Sight.Refused).toList();
    }

    /**
     * Looks at files, at everyday variants of files that become references, and at everyday versions of calibration
     * files. One thread.
     *
     * @param embedder of files and pictures
     * @param augmentation which variants are kept
     * @param versions of calibration files
     */
    public record AugmentingViewer(PictureEmbedder embedder, KeptVariants augmentation, ChangedVersions versions)
            implements FileViewer {

        /** As {@code bank build --augment} sees: other pictures in a version are harmless ones of the bank. */
        public static FileViewer of(List<LabelledFile> bank, PictureEmbedder embedder) {
            return new AugmentingViewer(
                    embedder,
                    KeptVariants.standard(),
                    new ChangedVersions(bank.stream()
                            .filter(file -> !file.flagged())
                            .map(file -> new ChangedVersions.Other(
                                    Sha256.parse(file.sha256()), () -> embedder.picture(file.bytes())))
                            .toList()));
        }

        @Override
        public Sight look(byte[] file) {
            return embedder.look(file);
        }

        @Override
        public List<ReferenceVariant> variants(byte[] file, Sight.Seen seen) {
            return embedder.variants(file, seen.whole().get(0).embedding(), augmentation)
                    .chosen();
        }

        @Override
        public Optional<FileViewer.ChangedSight> changed(byte[] file) {
            return embedder.picture(file).flatMap(picture -> changed(picture, Sha256.digest(file)));
        }

        private Optional<FileViewer.ChangedSight> changed(UprightPicture picture, Sha256 file) {
            ChangedVersions.Version version = versions.of(picture, file);
            return embedder.judged(version.picture(), List.of())
                    .filter(views -> views.stream().anyMatch(view -> !View.isPlain(view.name())))
                    .map(views -> new FileViewer.ChangedSight(views, version.shown()));
        }
    }
}
