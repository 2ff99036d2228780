/** Labelled reference embeddings and exact nearest-neighbour search. */
package io.bulwark.perception.bank;
