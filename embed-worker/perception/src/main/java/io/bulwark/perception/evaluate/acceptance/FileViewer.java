package io.bulwark.perception.evaluate.acceptance;

/** Looks at files as a worker does: decodes, cuts views, embeds. One thread, always the same. */
public interface FileViewer {

    /** Never throws for what the bytes are. */
    Sight look(byte[] file);
}
