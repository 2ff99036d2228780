package io.bulwark.service.score;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Who may ask, by their tokens, of which only the SHA-256 is kept. Any thread. */
public final class ScoreTokens {

    private static final Pattern LINE =
            Pattern.compile("([A-Za-z0-9._-]{1,100}):([A-Za-z0-9._-]{1,100}):([0-9a-f]{64})");
    private static final String SCHEME = "Bearer ";

    /** What {@code printf %s "$TOKEN" | sha256sum} makes of a variable that is not set. */
    private static final byte[] OF_NO_TOKEN = sha256("");

    private final List<Entry> entries;

    private ScoreTokens(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Reads the file.
     *
     * @throws IllegalStateException if it cannot be read, is empty, or a line is none or has the hash of an empty token
     */
    public static ScoreTokens read(Path file) {
        try {
            List<Entry> entries = new ArrayList<>();
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.isEmpty() || line.startsWith("#")) {
                    continue;
                }
                Matcher parts = LINE.matcher(line);
                if (!parts.matches()) {
                    throw new IllegalStateException("Line " + (i + 1) + " of bulwark.score.tokens-file " + file
                            + " is not <name>:<tenant>:<SHA-256 of the token in lower-case hexadecimal>");
                }
                byte[] digest = HexFormat.of().parseHex(parts.group(3));
                if (MessageDigest.isEqual(digest, OF_NO_TOKEN)) {
                    throw new IllegalStateException(
                            "Line " + (i + 1) + " of bulwark.score.tokens-file " + file
                                    + " has the SHA-256 of an empty token: make a token with `openssl rand -hex 32` and hash that");
                }
                entries.add(new Entry(new Caller(parts.group(1), parts.group(2)), digest));
            }
            if (entries.isEmpty()) {
                throw new IllegalStateException("bulwark.score.tokens-file " + file + " has no tokens");
            }
            return new ScoreTokens(entries);
        } catch (IOException unreadable) {
            throw new IllegalStateException(
                    "bulwark.score.tokens-file " + file + " cannot be read: " + unreadable, unreadable);
        }
    }

    /**
     * Whose token it is; an empty one is never valid. Takes as long for any: all are compared.
     *
     * @param authorization the header as it came, or null
     */
    public Optional<Caller> caller(String authorization) {
        if (authorization == null || !authorization.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String token = authorization.substring(SCHEME.length()).strip();
        if (token.isEmpty()) {
            return Optional.empty();
        }
        byte[] digest = sha256(token);
        Optional<Caller> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(entry.digest(), digest)) {
                found = Optional.of(entry.caller());
            }
        }
        return found;
    }

    private static byte[] sha256(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private record Entry(Caller caller, byte[] digest) {}

    /**
     * A program that may ask.
     *
     * @param name who it is, for logs; the uploader of images that name none
     * @param tenant for which it asks
     */
    public record Caller(String name, String tenant) {}
}
