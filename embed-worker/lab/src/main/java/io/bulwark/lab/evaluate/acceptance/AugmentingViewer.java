package io.bulwark.lab.evaluate.acceptance;

import io.bulwark.cli.picture.ChangedVersions;
import io.bulwark.cli.picture.FileViewer;
import io.bulwark.cli.picture.FileViewer.ChangedSight;
import io.bulwark.cli.picture.FileViewer.Sight;
import io.bulwark.cli.picture.KeptVariants;
import io.bulwark.cli.picture.PictureEmbedder;
import io.bulwark.imaging.preprocess.UprightPicture;
import io.bulwark.imaging.preprocess.View;
import io.bulwark.perception.bank.ReferenceVariant;
import io.bulwark.perception.hash.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * Looks at files, at everyday variants of files that become references, and at everyday versions of calibration files.
 * One thread.
 *
 * @param embedder of files and pictures
 * @param augmentation which variants are kept
 * @param versions of calibration files
 */
public record AugmentingViewer(PictureEmbedder embedder, KeptVariants augmentation, ChangedVersions versions)
        implements FileViewer {

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
    public Optional<ChangedSight> changed(byte[] file) {
        return embedder.picture(file).flatMap(picture -> changed(picture, Sha256.digest(file)));
    }

    private Optional<ChangedSight> changed(UprightPicture picture, Sha256 file) {
        ChangedVersions.Version version = versions.of(picture, file);
        return embedder.judged(version.picture(), List.of())
                .filter(views -> views.stream().anyMatch(view -> !View.isPlain(view.name())))
                .map(views -> new ChangedSight(views, version.shown()));
    }
}
