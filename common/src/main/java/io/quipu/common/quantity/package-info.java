/**
 * Exact decimals and the JSON values that metric state is made of. Knows only the JDK.
 *
 * <p>Start reading at {@link io.quipu.common.quantity.Decimals}; no {@code double} comes near a quantity or a
 * price anywhere in Quipu.
 */
package io.quipu.common.quantity;
