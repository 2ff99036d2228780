/**
 * Networks that mark text over pictures and pictures within pictures, learnt from what is drawn here, so that where it
 * lies is known. What may enter: what is drawn, and the training of a mask. The network itself is imaging's, which a
 * worker runs without libtorch.
 */
package io.bulwark.lab.train.mask;
