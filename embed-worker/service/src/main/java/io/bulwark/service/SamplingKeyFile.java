package io.bulwark.service;

import io.bulwark.imaging.SamplingKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The file that {@code bulwark.decode.sampling-key-file} names. */
final class SamplingKeyFile {

    private SamplingKeyFile() {}

    /**
     * Reads a key; a line break at the end, which editors leave behind, is no part of it.
     *
     * @throws IllegalArgumentException naming the setting, if the file cannot be read or holds too little
     */
    static SamplingKey read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            int length = bytes.length;
            while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
                length--;
            }
            return SamplingKey.of(Arrays.copyOf(bytes, length));
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "bulwark.decode.sampling-key-file is " + file + ", which cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "bulwark.decode.sampling-key-file is " + file + ": " + e.getMessage(), e);
        }
    }
}
