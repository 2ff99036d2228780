package io.bulwark.perception.model;

import java.util.List;

/** Says what a place holds that is no model. */
final class PackageContents {

    private static final String IMPORT = " 'bulwark model import-pt', or save it as safetensors";

    private PackageContents() {}

    static String explain(PackageFiles files) {
        List<String> names = files.names();
        String location = "model '" + files.location() + "' ";
        boolean pickled = names.stream().anyMatch(name -> name.matches(".*\\.(pt|pth|bin|ckpt)"));
        if (names.contains("open_clip_config.json") || names.contains("config.json")) {
            return location
                    + (pickled
                            ? "holds a pickled checkpoint, which is never loaded: make a package of it with" + IMPORT
                            : "has a configuration but no weights; wanted is open_clip_model.safetensors beside"
                                    + " open_clip_config.json, or model.safetensors beside config.json");
        }
        String missing = location + "has no %s, open_clip_config.json or config.json".formatted(PackageManifest.FILE);
        if (pickled) {
            return missing + "; it holds a pickled checkpoint, which is never loaded: make a package of it with"
                    + IMPORT;
        }
        return missing + (names.isEmpty() ? "" : "; it holds " + names.subList(0, Math.min(10, names.size())));
    }
}
