package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bulwark.perception.encoder.ModelPackageException;
import io.bulwark.perception.hash.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** A model's files in a folder, plain or as scripts. One thread. */
final class TfjsFiles {

    private static final String PLAIN = "model.json";
    private static final String SCRIPT = ".min.js";
    private static final String SCRIPTED = "model" + SCRIPT;
    private static final long LARGEST_TOPOLOGY = 16L << 20;

    private final Path folder;
    private final boolean scripts;
    private final Map<String, String> digests = new TreeMap<>();

    private TfjsFiles(Path folder, boolean scripts) {
        this.folder = folder;
        this.scripts = scripts;
    }

    /** @throws ModelPackageException if there is no model */
    static TfjsFiles in(Path folder) {
        boolean plain = Files.isRegularFile(folder.resolve(PLAIN));
        if (!plain && !Files.isRegularFile(folder.resolve(SCRIPTED))) {
            throw new ModelPackageException(
                    "%s holds neither %s nor %s of TensorFlow.js".formatted(folder, PLAIN, SCRIPTED));
        }
        return new TfjsFiles(folder, !plain);
    }

    /** The file that describes the model. */
    String name() {
        return folder.resolve(scripts ? SCRIPTED : PLAIN).toString();
    }

    JsonNode model() throws IOException {
        byte[] file = read(scripts ? SCRIPTED : PLAIN, LARGEST_TOPOLOGY);
        return scripts
                ? ExportedValue.object(name(), new String(file, StandardCharsets.UTF_8))
                : new ObjectMapper().readTree(file);
    }

    /**
     * A shard's bytes.
     *
     * @param path as the model names it
     * @param most bytes that it may have
     */
    byte[] shard(String path, long most) throws IOException {
        checkName(path);
        if (!scripts) {
            return read(path, most);
        }
        String file = path + SCRIPT;
        // Four characters for three bytes, and the script around them.
        byte[] script = read(file, most / 3 * 4 + 4096);
        byte[] bytes =
                ExportedValue.bytes(folder.resolve(file).toString(), new String(script, StandardCharsets.ISO_8859_1));
        if (bytes.length > most) {
            throw tooLarge(file, bytes.length, most);
        }
        return bytes;
    }

    /** Bytes that a shard has at most, without reading it. */
    long shardSize(String path) throws IOException {
        checkName(path);
        // Three bytes for four characters.
        return scripts ? Files.size(folder.resolve(path + SCRIPT)) / 4 * 3 : Files.size(folder.resolve(path));
    }

    private void checkName(String path) {
        if (!path.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
            throw new ModelPackageException(
                    "%s: a shard is named '%s', which is no file beside it".formatted(name(), path));
        }
    }

    private byte[] read(String name, long most) throws IOException {
        Path file = folder.resolve(name);
        long size = Files.size(file);
        if (size > most) {
            throw tooLarge(name, size, most);
        }
        byte[] bytes = Files.readAllBytes(file);
        digests.put("sha256 of " + name, Sha256.digest(bytes).hex());
        return bytes;
    }

    private ModelPackageException tooLarge(String file, long size, long most) {
        return new ModelPackageException(
                "%s has %d bytes, at most %d are allowed there".formatted(folder.resolve(file), size, most));
    }

    /** SHA-256 of what was read, by name. */
    Map<String, String> digests() {
        return digests;
    }

    /** What a minified script of CommonJS exports, read off its text; nothing is run. */
    static final class ExportedValue {

        private static final JsonMapper LITERALS = JsonMapper.builder()
                .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
                .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
                .enable(JsonReadFeature.ALLOW_LEADING_DECIMAL_POINT_FOR_NUMBERS)
                .build();

        private ExportedValue() {}

        /**
         * The object that is exported.
         *
         * @param where what messages call the script
         * @throws ModelPackageException if there is none of literals alone
         */
        static JsonNode object(String where, String script) throws IOException {
            String literal = withBooleans(script.substring(behind(where, script, ".exports={") - 1));
            try (JsonParser parser = LITERALS.createParser(literal)) {
                return LITERALS.readTree(parser);
            } catch (JsonProcessingException e) {
                throw new ModelPackageException(
                        "%s exports no object of literals alone: %s".formatted(where, e.getOriginalMessage()), e);
            }
        }

        /**
         * The bytes whose Base64 is exported.
         *
         * @throws ModelPackageException if there is none
         */
        static byte[] bytes(String where, String script) {
            int from = behind(where, script, ".exports=\"");
            int to = script.indexOf('"', from);
            try {
                return Base64.getDecoder().decode(script.substring(from, Math.max(from, to)));
            } catch (IllegalArgumentException e) {
                throw new ModelPackageException("%s exports no Base64: %s".formatted(where, e.getMessage()), e);
            }
        }

        private static int behind(String where, String script, String start) {
            int at = script.indexOf(start);
            if (at < 0) {
                throw new ModelPackageException("%s exports nothing that begins like '%s'"
                        .formatted(where, start.substring(start.length() - 1)));
            }
            return at + start.length();
        }

        /** {@code !0} and {@code !1}, which minifiers write, as JSON has them; strings are left alone. */
        private static String withBooleans(String literal) {
            StringBuilder text = new StringBuilder(literal.length());
            char quote = 0;
            for (int i = 0; i < literal.length(); i++) {
                char c = literal.charAt(i);
                if (quote != 0) {
                    if (c == '\\' && i + 1 < literal.length()) {
                        text.append(c);
                        c = literal.charAt(++i);
                    } else if (c == quote) {
                        quote = 0;
                    }
                } else if (c == '"' || c == '\'') {
                    quote = c;
                } else if (c == '!' && i + 1 < literal.length() && "01".indexOf(literal.charAt(i + 1)) >= 0) {
                    text.append(literal.charAt(++i) == '0' ? "true" : "false");
                    continue;
                }
                text.append(c);
            }
            return text.toString();
        }
    }
}
