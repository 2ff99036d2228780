package io.bulwark.perception.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.ModelPackageException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code model.json} beside a program that was exported from PyTorch. It contains what other packages' families
 * know.
 *
 * @param name for people
 * @param family {@link #FAMILY}
 * @param dimension length of an embedding
 * @param preprocess what happens between decoder and program; mean and deviation are applied to values in [0, 1] before
 *     the program is called (0 and 1 where the program applies its own)
 * @param headClasses classes of the second answer, logits, in their order; empty where the program answers embeddings
 *     alone
 * @param provenance where the program comes from
 */
record ExportedManifest(
        String name,
        String family,
        int dimension,
        PreprocessSpec preprocess,
        List<String> headClasses,
        Map<String, String> provenance) {

    /** The family's name. */
    static final String FAMILY = "torchscript";

    ExportedManifest {
        headClasses = List.copyOf(headClasses);
        provenance = Map.copyOf(provenance);
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension is " + dimension + ", allowed are 1 and more");
        }
    }

    /** Whether the files' manifest names this family; errors of a manifest are reported where it is read. */
    static boolean isIn(PackageFiles files) throws IOException {
        Optional<byte[]> json = files.read(PackageManifest.FILE);
        try {
            return json.isPresent()
                    && new ObjectMapper()
                            .readTree(json.get())
                            .path("family")
                            .asText()
                            .equals(FAMILY);
        } catch (JsonProcessingException noJson) {
            return false;
        }
    }

    /** @throws ModelPackageException if the manifest lacks something or says something else besides */
    static ExportedManifest read(PackageFiles files) throws IOException {
        return PackageManifest.parse(
                files.location() + "/" + PackageManifest.FILE,
                files.read(PackageManifest.FILE).orElseThrow(),
                ExportedManifest.class);
    }

    /** What it has in common with other packages' manifests. */
    PackageManifest common() {
        return new PackageManifest(name, family, preprocess, headClasses, provenance);
    }
}
