/**
 * Pixels of rasters, row by row, in the channels that a reader wants: as Pillow converts them, premultiplied, or
 * opaque. What may enter: conversions of single pixels; nothing that resizes or chooses a part.
 */
package io.bulwark.imaging.rows;
