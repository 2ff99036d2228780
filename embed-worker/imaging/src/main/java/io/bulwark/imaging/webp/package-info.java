/**
 * WebP by TwelveMonkeys, in pure Java. It repeats chroma samples where libwebp interpolates them: brightness is that of
 * libwebp, colour at edges differs by up to some 30 levels.
 */
package io.bulwark.imaging.webp;
