/** How the name of the one test begins that stands for a file which was not run. */
export const NOT_RUN = 'not run: ';
