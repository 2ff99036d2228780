/**
 * Pictures that are learnt from: found in folders, decoded once, cut to squares and kept, those held out left aside.
 * What may enter: where training pictures come from and which of them are never trained on; no encoder, no attack.
 *
 * <p>What is held out is decided by a file's own bytes, not by its path: the same file is on the same side for
 * everybody.
 */
package io.bulwark.lab.picture;
