package io.bulwark.perception.model.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Reads the literal that a minified JavaScript module exports, as data: objects with bare or quoted keys, arrays,
 * strings, numbers in any of JavaScript's decimal forms ({@code .5}, {@code -.5}, {@code 17e-21}), {@code !0} and
 * {@code !1} for true and false, and {@code null}. Anything else, such as a call, is refused.
 */
final class JsLiteral {

    private static final String EXPORTS = ".exports=";
    private static final int MAX_DEPTH = 100;

    private final String name;
    private final String text;
    private int at;

    private JsLiteral(String name, String text, int at) {
        this.name = name;
        this.text = text;
        this.at = at;
    }

    /**
     * The literal after the last {@code .exports=} of a module.
     *
     * @param name what messages call it
     * @throws IllegalArgumentException if there is none, or it is not a literal
     */
    static JsonNode exported(String name, String module) {
        int exports = module.lastIndexOf(EXPORTS);
        if (exports < 0) {
            throw new IllegalArgumentException(name + ": exports nothing");
        }
        return new JsLiteral(name, module, exports + EXPORTS.length()).value(0);
    }

    private JsonNode value(int depth) {
        if (depth > MAX_DEPTH) {
            throw fault("nests deeper than " + MAX_DEPTH);
        }
        char c = peek();
        if (c == '{') {
            return object(depth);
        } else if (c == '[') {
            return array(depth);
        } else if (c == '"' || c == '\'') {
            return TextNode.valueOf(string());
        } else if (c == '-' || c == '.' || c >= '0' && c <= '9') {
            return number();
        } else if (took("!0") || took("true")) {
            return BooleanNode.TRUE;
        } else if (took("!1") || took("false")) {
            return BooleanNode.FALSE;
        } else if (took("null")) {
            return NullNode.instance;
        }
        throw fault("'" + c + "' begins no literal");
    }

    private ObjectNode object(int depth) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        at++;
        while (!took("}")) {
            String key = peek() == '"' || peek() == '\'' ? string() : bareKey();
            expect(':');
            if (object.replace(key, value(depth + 1)) != null) {
                throw fault("key '" + key + "' is there twice");
            }
            if (peek() != '}') {
                expect(',');
            }
        }
        return object;
    }

    private ArrayNode array(int depth) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        at++;
        while (!took("]")) {
            array.add(value(depth + 1));
            if (peek() != ']') {
                expect(',');
            }
        }
        return array;
    }

    private String bareKey() {
        int start = at;
        while (at < text.length() && Character.isJavaIdentifierPart(text.charAt(at))) {
            at++;
        }
        if (at == start) {
            throw fault("a key is missing");
        }
        return text.substring(start, at);
    }

    private String string() {
        char quote = text.charAt(at++);
        int end = text.indexOf(quote, at);
        if (end < 0) {
            throw fault("a string does not end");
        }
        String string = text.substring(at, end);
        if (string.indexOf('\\') >= 0) {
            throw fault("a string with an escape, which weights and topologies have no need of");
        }
        at = end + 1;
        return string;
    }

    private JsonNode number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        try {
            return DoubleNode.valueOf(Double.parseDouble(digits));
        } catch (NumberFormatException e) {
            throw fault("'" + digits + "' is not a number");
        }
    }

    private void expect(char wanted) {
        char found = peek();
        if (found != wanted) {
            throw fault("found '" + found + "' where '" + wanted + "' should be");
        }
        at++;
    }

    private boolean took(String word) {
        peek();
        if (!text.startsWith(word, at)) {
            return false;
        }
        at += word.length();
        return true;
    }

    private char peek() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at >= text.length()) {
            throw fault("ends too early");
        }
        return text.charAt(at);
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException("%s: at character %d: %s".formatted(name, at, what));
    }
}
