package io.bulwark.lab.evaluate.acceptance;

/** Decides a file as a worker would: all views, one decision. One thread. */
public interface FileJudge {

    /** Never throws for what the bytes are; what is no picture is REFUSED. */
    Judged judge(byte[] file);
}
