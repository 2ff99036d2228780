/**
 * {@code bulwark model preprocessing-effect}: what decoding large JPEGs reduced does to embeddings and decisions. What may
 * enter: comparisons of one way of preparing pictures with another.
 */
package io.bulwark.lab.preprocessing;
