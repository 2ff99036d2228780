/**
 * One decoder for all formats: it looks at the first bytes and asks the package of the format. What may enter: what is
 * true of every format; nothing that one alone has.
 */
package io.bulwark.imaging.decode;
