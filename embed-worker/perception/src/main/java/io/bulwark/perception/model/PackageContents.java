package io.bulwark.perception.model;

import java.io.IOException;
import java.util.List;

/** Says what a place without a manifest holds instead. */
final class PackageContents {

    private PackageContents() {}

    static String explain(PackageFiles files) throws IOException {
        List<String> names = files.names();
        String missing = "model '%s' has no %s".formatted(files.location(), PackageManifest.FILE);
        if (names.contains("open_clip_config.json")) {
            return missing + "; it holds an OpenCLIP checkpoint, whose families this version does not read";
        }
        if (names.contains("config.json")) {
            return missing + "; it holds a Hugging Face checkpoint, whose families this version does not read";
        }
        if (names.contains("model.min.js") || names.contains("package.json")) {
            return missing + "; it looks like a TensorFlow.js model: run 'bulwark model import-tfjs' on it first";
        }
        if (names.stream().anyMatch(name -> name.endsWith(".pt") || name.endsWith(".bin"))) {
            return missing + "; it holds a pickled checkpoint, which is never loaded: save it as safetensors";
        }
        return missing + (names.isEmpty() ? "" : "; it holds " + names.subList(0, Math.min(10, names.size())));
    }
}
