import { listingLanguage } from '../manifest.ts';

/** `contributes.languages`: listings are never files, so no file name is claimed. */
export const languages = [
  {
    id: listingLanguage,
    aliases: ['Blockstep Listing'],
    extensions: ['.listing'],
    configuration: './media/listing.language-configuration.json',
    icon: { light: './media/listing-light.svg', dark: './media/listing-dark.svg' },
  },
];

export const grammars = [
  {
    language: listingLanguage,
    scopeName: 'source.blockstep-listing',
    path: './media/listing.tmLanguage.json',
  },
];

/** Without these the gutter takes no breakpoint: listings, and the modules that users write. */
export const breakpoints = [listingLanguage, 'typescript', 'javascript'].map(language => ({
  language,
}));

export const snippets = ['typescript', 'javascript'].map(language => ({
  language,
  path: './media/problem.code-snippets.json',
}));

/** Pseudo-code is mathematics: none of its letters is a mistake for another, and its brackets need no colours. */
export const configurationDefaults = {
  [`[${listingLanguage}]`]: {
    'editor.bracketPairColorization.enabled': false,
    'editor.guides.indentation': false,
    'editor.minimap.enabled': false,
    'editor.unicodeHighlight.ambiguousCharacters': false,
    'editor.unicodeHighlight.nonBasicASCII': false,
  },
};
