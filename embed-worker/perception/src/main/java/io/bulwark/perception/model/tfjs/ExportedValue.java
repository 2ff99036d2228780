package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.bulwark.perception.encoder.ModelPackageException;
import java.io.IOException;
import java.util.Base64;

/** What a minified script of CommonJS exports, read off its text; nothing is run. */
final class ExportedValue {

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
            throw new ModelPackageException(
                    "%s exports nothing that begins like '%s'".formatted(where, start.substring(start.length() - 1)));
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
