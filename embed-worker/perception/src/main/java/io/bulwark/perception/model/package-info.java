/** Encoders: model packages, the TorchScript programs of each family and the weights they are joined with. */
package io.bulwark.perception.model;
