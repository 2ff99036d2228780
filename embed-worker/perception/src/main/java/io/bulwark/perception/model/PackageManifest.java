package io.bulwark.perception.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bulwark.imaging.preprocess.PreprocessSpec;
import io.bulwark.perception.encoder.ModelPackageException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The {@code model.json} of a Bulwark package; {@code model.safetensors} lies beside it.
 *
 * @param name for people
 * @param family name of the program's family
 * @param preprocess what happens between decoder and encoder
 * @param headClasses classes of the classifier head in the order of its answer; empty where there is none
 * @param provenance where the weights come from: package, version, licence, checksums
 */
public record PackageManifest(
        String name,
        String family,
        PreprocessSpec preprocess,
        List<String> headClasses,
        Map<String, String> provenance) {

    /** The manifest's file. */
    public static final String FILE = "model.json";

    /** The weights' file. */
    public static final String WEIGHTS = "model.safetensors";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    public PackageManifest {
        headClasses = List.copyOf(headClasses);
        provenance = new TreeMap<>(provenance);
    }

    /**
     * Parses a manifest.
     *
     * @param where what messages call it
     * @throws ModelPackageException if it is not a manifest
     */
    static PackageManifest parse(String where, byte[] json) {
        return parse(where, json, PackageManifest.class);
    }

    /** As {@link #parse(String, byte[])}, another form of manifest. */
    static <M> M parse(String where, byte[] json, Class<M> form) {
        try {
            return JSON.readValue(json, form);
        } catch (JsonProcessingException e) {
            throw new ModelPackageException(
                    "%s: is not a model manifest: %s".formatted(where, e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw new ModelPackageException(where + ": cannot be read", e);
        }
    }

    /** The file's text. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest is strings and numbers", e);
        }
    }
}
