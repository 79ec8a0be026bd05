/**
 * How far a source is behind: a replica behind its primary, or the furthest replica behind a primary that is asked.
 * `unseen`: this server cannot tell, whoever asks.
 */
export type ReplicaLag =
  | { readonly kind: 'behind'; readonly seconds: number }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'unseen'; readonly why: string };
