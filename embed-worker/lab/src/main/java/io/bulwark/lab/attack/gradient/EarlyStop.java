package io.bulwark.lab.attack.gradient;

/** When an attack leaves off before its last iteration. */
public enum EarlyStop {
    /** Never: every sample gets every iteration. */
    NEVER,

    /** When every sample of the batch has been fooled, as the reference code does; until then all go on. */
    ALL_FOOLED,

    /** Each sample when it is fooled: the same share of samples in the least time. */
    EACH_FOOLED
}
